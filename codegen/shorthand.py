"""The contract's own short forms: pages of an item, events, and examples that live with their schema."""

from typing import Any

Document = dict[str, Any]
WEBHOOK_HEADERS = ("WebhookId", "WebhookTimestamp", "WebhookSignature", "WebhookEvent", "WebhookHexSignature")


def ref(kind: str, name: str) -> Document:
    """A reference to a named component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def example_set(name: str, schemas: Document) -> Document:
    """The schema's own examples as a media type's named examples."""
    examples = schemas[name].get("examples", [])
    return {f"example{n or ''}": {"value": value} for n, value in enumerate(examples)}


def pages(document: Document) -> None:
    """`x-page-of: Item` becomes the page schema of that item."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if item := schema.get("x-page-of"):
            schemas[name] = _page(item, schemas[item], schema.get("description", ""))


def _page(item: str, schema: Document, description: str) -> Document:
    return {
        "type": "object",
        "description": description or f"One page of a list of {item}, newest first.",
        "required": ["data", "has_more", "next_cursor"],
        "properties": {
            "data": {"type": "array", "items": ref("schemas", item), "description": "The items of this page."},
            "has_more": {"type": "boolean", "description": "Whether another page follows."},
            "next_cursor": ref("schemas", "NextCursor"),
        },
        "examples": [{"data": schema.get("examples", [])[:1], "has_more": False, "next_cursor": None}],
    }


def camel(name: str) -> str:
    """`run.completed` → `RunCompleted`."""
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))


def events(document: Document) -> None:
    """The table of events becomes one flat schema each, the `Event` union, and the `webhooks` section."""
    table = document.pop("events", {})
    schemas = document["components"]["schemas"]
    mapping: dict[str, str] = {}
    webhooks: Document = {}
    for event, entry in table.items():
        name = camel(event) + "Event"
        schemas[name] = _event(event, entry)
        mapping[event] = f"#/components/schemas/{name}"
        webhooks[event] = {"post": _webhook(event, entry, name, schemas)}
    if not table:
        return
    schemas["Event"] = {
        "description": "Something that happened; `type` says what, `data` holds the facts.",
        "oneOf": [{"$ref": target} for target in mapping.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
        "examples": schemas[camel(next(iter(table))) + "Event"]["examples"],
    }
    document["webhooks"] = webhooks


def _event(event: str, entry: Document) -> Document:
    return {
        "type": "object",
        "description": entry["summary"] + ".",
        "required": ["id", "type", "created_at", "data"],
        "properties": {
            "id": ref("schemas", "EventId"),
            "type": {"type": "string", "const": event, "description": "The event's type."},
            "created_at": ref("schemas", "Timestamp"),
            "data": ref("schemas", entry["data"]),
        },
        "examples": [
            {"id": "evt_01kaj3vbn4g7r2v5y8d1e6f3hk", "type": event, "created_at": "2026-11-21T10:15:31.250000Z",
             "data": entry["example"]}
        ],
    }  # fmt: skip


def _webhook(event: str, entry: Document, name: str, schemas: Document) -> Document:
    content = {"schema": ref("schemas", name), "examples": example_set(name, schemas)}
    return {
        "operationId": f"on.{event}",
        "summary": entry["summary"],
        "description": entry["description"],
        "tags": ["webhook_events"],
        "security": [],
        "x-scopes": [],
        "x-sdk": {"kind": "event"},
        "x-errors": [],
        "parameters": [ref("parameters", name) for name in WEBHOOK_HEADERS],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "204": {"description": "Received. Any 2xx is success; answer before doing slow work."},
            "410": {"description": "Gone: stop sending to this address."},
        },
    }

"""Finds what in a new contract breaks a client of an old one: `python -m codegen.breaking [OLD.yaml]`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from codegen.bundle import ROOT, bundle
from codegen.expand import operations

Document = dict[str, Any]
LOWER = ("minimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")


def breaking(old: Document, new: Document) -> list[str]:
    """Every change that a client, written and generated for `old`, could trip over; empty when there is none."""
    return [f"{where}: {what}" for where, what in _operations(old, new)] + [
        f"webhook {event}: no longer sent" for event in old.get("webhooks", {}) if event not in new.get("webhooks", {})
    ]


def _operations(old: Document, new: Document) -> Iterator[tuple[str, str]]:
    now = {operation["operationId"]: (path, method, operation) for path, method, operation in operations(new)}
    for path, method, was in operations(old):
        name = was["operationId"]
        if name not in now:
            yield name, "removed"
            continue
        new_path, new_method, operation = now[name]
        if (path, method) != (new_path, new_method):
            yield name, f"moved from {method.upper()} {path} to {new_method.upper()} {new_path}"
        compare = _Comparison(old, new)
        for what in (
            *_access(was, operation),
            *_parameters(compare, was, operation),
            *_bodies(compare, was, operation),
        ):
            yield name, what


def _access(was: Document, operation: Document) -> Iterator[str]:
    lost = set(was["x-scopes"]) - set(operation["x-scopes"])
    if lost or (operation["x-scopes"] and not was["x-scopes"]):
        yield f"other scopes: {was['x-scopes']} → {operation['x-scopes']}"
    if operation.get("x-metered") and not was.get("x-metered"):
        yield "costs money now"
    if was["x-sdk"]["kind"] != operation["x-sdk"]["kind"]:
        yield f"another kind: {was['x-sdk']['kind']} → {operation['x-sdk']['kind']}"


def _parameters(compare: "_Comparison", was: Document, operation: Document) -> Iterator[str]:
    before = {p["name"]: p for p in (compare.find(compare.old, p) for p in was.get("parameters", ()))}
    after = {p["name"]: p for p in (compare.find(compare.new, p) for p in operation.get("parameters", ()))}
    for name, parameter in after.items():
        if parameter.get("required") and not before.get(name, {}).get("required"):
            yield f"parameter {name} is required now"
    for name, parameter in before.items():
        if name not in after:
            yield f"parameter {name} removed"
        else:
            yield from compare.sent(parameter["schema"], after[name]["schema"], f"parameter {name}")


def _bodies(compare: "_Comparison", was: Document, operation: Document) -> Iterator[str]:
    before, after = was.get("requestBody"), operation.get("requestBody")
    if after and after["required"] and not (before and before["required"]):
        yield "the body is required now"
    if before and after:
        (media,), (other,) = before["content"].values(), after["content"].values()
        yield from compare.sent(media["schema"], other["schema"], "body")
    status, answer = next(iter(was["responses"].items()))
    now = operation["responses"].get(status)
    if now is None or answer.get("content", {}).keys() != now.get("content", {}).keys():
        yield f"the answer {status} changed its status or media type"
    else:
        for media_type, media in answer.get("content", {}).items():
            yield from compare.received(media["schema"], now["content"][media_type]["schema"], "answer")


class _Comparison:
    """Compares two schemas in the direction in which they travel; each pair of names once."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self._seen: set[tuple[str, str]] = set()

    def find(self, document: Document, node: Document) -> Document:
        if "$ref" not in node:
            return node
        kind, name = node["$ref"].split("/")[-2:]
        return document["components"][kind][name]

    def sent(self, old: Document, new: Document, at: str) -> Iterator[str]:
        """What a client may send: nothing that was accepted may be refused."""
        yield from self._walk(old, new, at, sent=True)

    def received(self, old: Document, new: Document, at: str) -> Iterator[str]:
        """What a client reads: nothing that was promised may be missing or of another type."""
        yield from self._walk(old, new, at, sent=False)

    def _walk(self, old: Document, new: Document, at: str, *, sent: bool) -> Iterator[str]:
        pair = (str(old.get("$ref", at)), str(new.get("$ref", at)))
        if pair in self._seen:
            return
        self._seen.add(pair)
        old, new = self.find(self.old, old), self.find(self.new, new)
        before, after = _types(old), _types(new)
        if (before - after if sent else after - before) and before and after:
            yield f"{at}: type {sorted(before)} → {sorted(after)}"
        if old.get("const") != new.get("const") or old.get("format") != new.get("format"):
            yield f"{at}: another const or format"
        if sent:
            yield from _narrower(old, new, at)
        yield from self._fields(old, new, at, sent=sent)
        if "items" in old and "items" in new:
            yield from self._walk(old["items"], new["items"], f"{at}[]", sent=sent)
        yield from self._members(old, new, at, sent=sent)

    def _fields(self, old: Document, new: Document, at: str, *, sent: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        must, must_now = set(old.get("required", ())), set(new.get("required", ()))
        if sent:
            yield from (f"{at}.{name}: required now" for name in sorted(must_now - must))
        else:
            yield from (f"{at}.{name}: no longer always there" for name in sorted(must - must_now))
        for name, schema in before.items():
            if name in after:
                yield from self._walk(schema, after[name], f"{at}.{name}", sent=sent)
            elif sent or name not in must:
                yield f"{at}.{name}: removed"

    def _members(self, old: Document, new: Document, at: str, *, sent: bool) -> Iterator[str]:
        before = cast("Document", old.get("discriminator", {}).get("mapping", {}))
        after = cast("Document", new.get("discriminator", {}).get("mapping", {}))
        for tag, target in before.items():
            if tag not in after:
                yield f"{at}: variant {tag} removed"
            else:
                yield from self._walk({"$ref": target}, {"$ref": after[tag]}, f"{at}<{tag}>", sent=sent)
        if "anyOf" in old and "anyOf" in new:
            for index, (one, other) in enumerate(zip(old["anyOf"], new["anyOf"], strict=False)):
                yield from self._walk(one, other, f"{at}|{index}" if index else at, sent=sent)


def _types(schema: Document) -> set[str]:
    declared = schema.get("type", ())
    kinds = {declared} if isinstance(declared, str) else set(declared)
    return kinds | {"number", "integer"} if "number" in kinds else kinds


def _narrower(old: Document, new: Document, at: str) -> Iterator[str]:
    if lost := set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ()))):
        yield f"{at}: no longer takes {sorted(lost)}"
    if "enum" in new and "enum" not in old:
        yield f"{at}: takes only {new['enum']} now"
    for keyword in (*LOWER, *UPPER):
        before, after = old.get(keyword), new.get(keyword)
        tighter = after is not None and (before is None or (after > before if keyword in LOWER else after < before))
        if tighter:
            yield f"{at}: {keyword} {before} → {after}"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{at}: another pattern"


def last_release() -> Document | None:
    """The contract at the newest `v*` tag; None before the first release."""
    git = ["git", "-C", str(ROOT)]
    tags = subprocess.run(  # noqa: S603 - git and fixed words
        [*git, "tag", "--list", "v*", "--sort=-v:refname"], capture_output=True, text=True, check=True
    )
    if not tags.stdout.split():
        return None
    shown = subprocess.run(  # noqa: S603 - a tag of this repository
        [*git, "show", f"{tags.stdout.split()[0]}:openapi.yaml"], capture_output=True, text=True, check=True
    )
    return cast("Document", yaml.load(shown.stdout, Loader=yaml.CSafeLoader))


def main(arguments: list[str]) -> int:
    old = yaml.load(Path(arguments[0]).read_bytes(), Loader=yaml.CSafeLoader) if arguments else last_release()
    if old is None:
        print("There is no release to compare with.")
        return 0
    found = breaking(old, bundle(ROOT / "contract"))
    print("\n".join(found) or "Nothing breaks.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

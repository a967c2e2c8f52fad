"""The public names of `nodai`: what is written by hand, by module; what is generated is added to them."""

from __future__ import annotations

from collections.abc import Mapping

from codegen import ir, python

ERRORS = "nodai._generated.errors"
EVENTS = "nodai._generated.events"
MODELS = "nodai._generated.models"
SUBMODULES = ("errors", "limiter", "testing", "webhooks")
BY_HAND = {
    "nodai.client": ("AsyncNodAI", "NodAI"),
    "nodai.options": ("OMIT", "Omit", "RequestOptions"),
    "nodai.errors": (
        "APIError", "ClientClosed", "ConfigurationError", "ConnectionFailed", "LimitReached", "NodAIError",
        "Redirected", "RequestInvalid", "ResponseInvalid", "TimedOut", "WebhookInvalid",
    ),
    "nodai.pages": ("AsyncPages", "Pages"),
    "nodai.streaming": ("AsyncStream", "Stream"),
    "nodai._core.hooks": ("Middleware",),
    "nodai._core.meta": ("HTTPResponse", "Headers", "Meta", "RateLimitPolicy", "RateLimitState"),
}  # fmt: skip


def exports(api: ir.Api, home: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name → module, sorted; what is written by hand wins over what is generated, an error over a model."""
    table = {name: f"{MODELS}.{module}" for name, module in home.items()}
    table |= dict.fromkeys(map(python.status_class, api.statuses), ERRORS) | {"ServerError": ERRORS}
    table |= {error.name: ERRORS for error in api.errors}
    table |= dict.fromkeys(("UnknownWebhookEvent", "WebhookEvent"), EVENTS)
    table |= {name: module for module, names in BY_HAND.items() for name in names}
    return sorted(table.items())

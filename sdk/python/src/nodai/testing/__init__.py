"""What tests of code that uses NodAI need: the reference server, checked mocks, signed webhooks.

With `nodai-python[testing]` installed, pytest has the fixtures `nodai_mock` and `nodai_respx`; nothing is imported and
nothing is started before a test asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodai.testing.mock import MockServer as MockServer
    from nodai.testing.mock import NodAIMock as NodAIMock
    from nodai.testing.routes import RespxRoutes as RespxRoutes
    from nodai.testing.routes import event_stream as event_stream
    from nodai.testing.routes import respx_routes as respx_routes
    from nodai.testing.signer import SignedWebhook as SignedWebhook
    from nodai.testing.signer import WebhookSigner as WebhookSigner

_HOMES = {
    "MockServer": "mock",
    "NodAIMock": "mock",
    "RespxRoutes": "routes",
    "SignedWebhook": "signer",
    "WebhookSigner": "signer",
    "event_stream": "routes",
    "respx_routes": "routes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"nodai.testing.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)

"""respx routes whose answers must fit the contract: a mock that lies fails the test."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nodai.client import AsyncNodAI, NodAI
from nodai.testing.mock import INSTALL, MockMissing

if TYPE_CHECKING:
    import httpx
    import respx

BASE_URL = "http://nodai.test"
API_KEY = "nk_0123456789abcdef0123456789abcdef0123456789abcdef012345671c637e5a"


class ContractBroken(AssertionError):
    """A mocked answer, or what was sent to get it, does not fit the contract."""


class RespxRoutes:
    """Mocked answers, checked. `router` is the `respx.Router` for everything that is not here."""

    def __init__(self) -> None:
        try:
            import respx
            from nodai_mock.exchanges import Contract
        except ImportError as error:
            raise MockMissing(INSTALL) from error
        self.router: respx.MockRouter = respx.MockRouter(base_url=BASE_URL, assert_all_called=False)
        self.base_url = BASE_URL
        self.faults: list[str] = []
        self._contract = Contract()
        self._clients = ExitStack()

    def answer(self, operation: str, status: int | None = None, **fields: Any) -> respx.Route:
        """Answer an operation with the contract's example, with some fields changed.

        Example:
            nodai_respx.answer("workflows.query", output="Hi")
            nodai_respx.answer("workflows.query", 429, code="rate_limited")

        Raises:
            LookupError: The contract has no such operation or status.
        """
        found, chosen, body = self._contract.example(operation, status, fields.get("code"))
        pieces = map(re.escape, re.split(r"\{\w+\}", found.path))
        place = re.compile(f"^{'[^/]+'.join(pieces)}$")
        route = self.router.route(method=found.method, path__regex=place)
        if body is None:
            return route.respond(chosen)
        kind = "application/json" if chosen < 400 else "application/problem+json"
        return route.respond(chosen, json={**body, **fields}, content_type=kind)

    def client(self, api_key: str = API_KEY) -> NodAI:
        """A client whose calls are answered here."""
        import httpx

        http = self._clients.enter_context(httpx.Client(transport=httpx.MockTransport(self._answer)))
        return NodAI(api_key, base_url=BASE_URL, http_client=http)

    def async_client(self, api_key: str = API_KEY) -> AsyncNodAI:
        """The same for asyncio."""
        import httpx

        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer_async))
        return AsyncNodAI(api_key, base_url=BASE_URL, http_client=http)

    def close(self) -> None:
        """Close the clients. Raises ContractBroken for faults that the code under test swallowed."""
        self._clients.close()
        if self.faults:
            raise ContractBroken("; ".join(self.faults))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        return self._checked(request, self.router.handler(request))

    async def _answer_async(self, request: httpx.Request) -> httpx.Response:
        response = await self.router.async_handler(request)
        return self._checked(request, response)

    def _checked(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        from nodai_mock.exchanges import Answered, Sent

        url = urlsplit(str(request.url))
        sent = Sent(
            request.method, f"{url.path}?{url.query}" if url.query else url.path, request.headers, request.content
        )
        answered = Answered(response.status_code, response.headers.get("content-type", ""), response.read())
        faults = self._contract.faults(sent, answered)
        if faults:
            self.faults += faults
            raise ContractBroken("; ".join(faults))
        return response


@contextmanager
def respx_routes() -> Generator[RespxRoutes]:
    """Mocked answers for the length of a `with`; the fixture `nodai_respx` is this."""
    routes = RespxRoutes()
    try:
        yield routes
    except ContractBroken:
        routes.faults.clear()  # told already
        raise
    finally:
        routes.close()


def event_stream(events: Iterable[Mapping[str, Any]]) -> bytes:
    """The body of a stream: `route.respond(content=event_stream([...]), content_type="text/event-stream")`.

    Raises:
        ContractBroken: An event is not one of the contract's.
    """
    from nodai_mock.exchanges import Contract
    from pydantic_core import to_json

    contract, text = Contract(), b""
    for at, event in enumerate(events, 1):
        if faults := contract.event_faults(event):
            raise ContractBroken("; ".join(faults))
        text += b"id: %d\nevent: %s\ndata: %s\n\n" % (at, str(event["type"]).encode(), to_json(event))
    return text

"""The clients: `NodAI` and `AsyncNodAI`, what they are set up with, copied with and pickled without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from nodai._core import foreign, hooks
from nodai._core.foreign import AsyncHTTPClient, HTTPClient
from nodai._core.hooks import Limiter, Middleware
from nodai._core.omit import OMIT, Omit
from nodai._core.plan import Core, Engine
from nodai._core.settings import DEFAULT_MAX_RETRIES, Settings, read, seal
from nodai._core.shell_async import AsyncShell
from nodai._core.shell_sync import Shell
from nodai._generated.resources import AsyncResources, Resources

if TYPE_CHECKING:
    from nodai._generated.models import Run
    from nodai._generated.params import RunInput


class _Client:
    """What both clients share: copies, pickles and what they print."""

    _engine: Engine

    def _start(self, engine: Engine, http_client: Any) -> None:
        raise NotImplementedError

    def _begin(self, settings: Settings, http_client: Any, limiter: Limiter | None, watchers: Any) -> None:
        """Check the objects that were given, so that a mistake shows here and not in the first call."""
        hooks.check(limiter, watchers)
        foreign.check(type(self).__name__, http_client, asynchronous=isinstance(self, AsyncShell))
        self._start(Engine(settings, Core(limiter, watchers)), http_client)

    @property
    def base_url(self) -> str:
        """Where the calls go."""
        return self._engine.settings.base_url

    def with_options(
        self,
        *,
        api_key: str | None = None,
        timeout: float | Omit | None = OMIT,
        deadline: float | Omit | None = OMIT,
        max_retries: int | Omit = OMIT,
        headers: Mapping[str, str] | Omit = OMIT,
    ) -> Self:
        """A client with some settings changed, over the same connections; closing it leaves those open."""
        key = seal(api_key)
        del api_key  # so that no traceback shows it
        changed = self._engine.settings.with_changes(
            key, timeout=timeout, deadline=deadline, max_retries=max_retries, headers=headers
        )
        copy = type(self).__new__(type(self))
        copy._borrow(self, Engine(changed, self._engine.core))
        return copy

    def _borrow(self, other: Self, engine: Engine) -> None:
        raise NotImplementedError

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        return self.with_options()

    def __getstate__(self) -> dict[str, Any]:
        """Address and limits; the key, the connections, a limiter, middleware and an http_client stay behind."""
        return {"settings": self._engine.settings.without_key()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        settings: Settings = state["settings"]
        self._start(Engine(settings.with_key_of_environment(), Core()), None)

    def __repr__(self) -> str:
        engine: Engine | None = getattr(self, "_engine", None)  # a traceback may print a client that is not ready
        return f"{type(self).__name__}(base_url={engine.settings.base_url!r})" if engine else type(self).__name__


class NodAI(Shell, Resources, _Client):
    """The client. Threads may share it; a forked process may go on using it.

    Args:
        api_key: Your key, `nk_…`. Default: the environment's NODAI_API_KEY.
        base_url: The server. Default: the environment's NODAI_BASE_URL, else the local server, http://127.0.0.1:4010.
        timeout: Seconds that one wait for the network may take (connecting: at most 10). None: no limit.
        deadline: Seconds that one whole call may take, with its retries and its stream. None: no limit.
        max_retries: How often a call that failed in a passing way is repeated.
        headers: Headers of every call.
        http_client: Your own `httpx.Client`, for HTTP/2, certificates or a proxy of your choice; you close it.
        limiter: Holds calls back that the server would refuse (`nodai.limiter.Limiter`).
        middleware: What watches the calls.

    Raises:
        ConfigurationError: The key or the address cannot be used.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Omit | None = OMIT,
        deadline: float | None = None,
        max_retries: int = DEFAULT_MAX_RETRIES,
        headers: Mapping[str, str] | None = None,
        http_client: HTTPClient | None = None,
        limiter: Limiter | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        key = seal(api_key)
        del api_key  # so that no traceback shows it
        settings = read(key, base_url, timeout, deadline, max_retries, headers)
        self._begin(settings, http_client, limiter, middleware)

    def query_workflow(self, workflow_id: str, input: RunInput, api_key: str | None = None) -> Run:
        """Query a workflow in one call, with another key if you like; see `workflows.query`."""
        client = self if api_key is None else self.with_options(api_key=api_key)
        del api_key  # so that no traceback shows it
        return client.workflows.query(workflow_id, input=input)


class AsyncNodAI(AsyncShell, AsyncResources, _Client):
    """The client for asyncio. Tasks and event loops may share it.

    Args:
        api_key: Your key, `nk_…`. Default: the environment's NODAI_API_KEY.
        base_url: The server. Default: the environment's NODAI_BASE_URL, else the local server, http://127.0.0.1:4010.
        timeout: Seconds that one wait for the network may take (connecting: at most 10). None: no limit.
        deadline: Seconds that one whole call may take, with its retries and its stream. None: no limit.
        max_retries: How often a call that failed in a passing way is repeated.
        headers: Headers of every call.
        http_client: Your own `httpx.AsyncClient`, for HTTP/2, certificates, or a proxy of your choice; you close it.
        limiter: Holds calls back that the server would refuse (`nodai.limiter.Limiter`).
        middleware: What watches the calls.

    Raises:
        ConfigurationError: The key or the address cannot be used.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Omit | None = OMIT,
        deadline: float | None = None,
        max_retries: int = DEFAULT_MAX_RETRIES,
        headers: Mapping[str, str] | None = None,
        http_client: AsyncHTTPClient | None = None,
        limiter: Limiter | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        key = seal(api_key)
        del api_key  # so that no traceback shows it
        settings = read(key, base_url, timeout, deadline, max_retries, headers)
        self._begin(settings, http_client, limiter, middleware)

    async def query_workflow(self, workflow_id: str, input: RunInput, api_key: str | None = None) -> Run:
        """Query a workflow in one call, with another key if you like; see `workflows.query`."""
        client = self if api_key is None else self.with_options(api_key=api_key)
        del api_key  # so that no traceback shows it
        return await client.workflows.query(workflow_id, input=input)

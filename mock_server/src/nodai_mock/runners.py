"""How the application is served: granian by default, waitress where granian has no wheel."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from nodai_mock.settings import Settings


class CannotServe(Exception):
    """Why the server does not start, in one line for a person."""


class Runner(Protocol):
    """A WSGI server on a bound socket."""

    def run(self, ready: Callable[[], object], *, signals: bool = True) -> None: ...

    def stop(self) -> None: ...


def runner(name: str, application: Any, bound: socket.socket, *, threads: int) -> Runner:
    """The named runner; waitress when granian is not there."""
    leaked = {f"HTTP_{key[5:]}" for key in os.environ if key.startswith("HTTP_")}
    if leaked:
        application = _without(leaked, application)
    if name == "granian":
        try:
            from nodai_mock.runner_granian import GranianServer
        except ImportError:
            pass
        else:
            return GranianServer(application, bound, threads=threads)
    from nodai_mock.runner_waitress import WaitressServer

    return WaitressServer(application, bound, threads=threads)


def _without(names: set[str], application: Any) -> Any:
    """The application without variables of the process that look like request headers, such as HTTP_PROXY."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        for name in names:
            if environ.get(name) == os.environ.get(name):
                environ.pop(name, None)
        return application(environ, start_response)

    return wrapped


def check(settings: Settings) -> None:
    """CannotServe for settings that this server does not serve with."""
    if settings.workers > 1:
        raise CannotServe(
            f"{settings.workers} workers cannot share SQLite, whose one writer lives in one process: use --workers 1."
        )
    if not settings.public and not is_loopback(settings.host):
        raise CannotServe(
            f"other machines can reach {settings.host}, and everybody knows the demo keys: "
            "use --host 127.0.0.1, or add --public if you mean it."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. CannotServe when the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it: without, each small frame of a stream waits 40 ms for an acknowledgement.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        words = os.strerror(error.errno) if error.errno else str(error)
        raise CannotServe(
            f"port {port} on {host} cannot be used ({words}): choose another with --port, or --port 0 for any free one."
        ) from None
    return bound


def base_url(bound: socket.socket) -> str:
    """`http://127.0.0.1:4010`, without a slash at the end."""
    name: tuple[Any, ...] = bound.getsockname()
    return url_of(str(name[0]), int(name[1]))


def url_of(host: str, port: int) -> str:
    """The base URL of an address; brackets around an IPv6 one."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

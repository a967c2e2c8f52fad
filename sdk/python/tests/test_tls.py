"""TLS: whom the SDK trusts, over lanes and over the user's httpx client, and that it never asks a stranger twice."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from nodai import AsyncNodAI, NodAI, errors

from sdk.python.tests.faults import answer
from sdk.python.tests.rides import KEY, Ride, get, query


class TLSServer:
    """Answers every request of every TLS connection with one run, as `localhost` and nobody else."""

    def __init__(self, authority: trustme.CA) -> None:
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(self.context)
        self.requests: list[bytes] = []
        self.handshakes = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, host: str = "localhost") -> str:
        return f"https://{host}:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.handshakes += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, self.context.wrap_socket(connection, server_side=True) as secure:
            while data := secure.recv(65536):
                self.requests.append(data)
                secure.sendall(answer())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[TLSServer]:
    server = TLSServer(authority)
    yield server
    server.close()


@pytest.fixture
def authority_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def call(ride: Ride, url: str, trusted: ssl.SSLContext | None, work: Any = get) -> Any:
    """One call over lanes, or over an httpx client that trusts as told; gives the result or raises."""
    verify = trusted or True
    if ride.asynchronous:

        async def main() -> Any:
            async with (
                httpx.AsyncClient(verify=verify) if ride.compat else nullcontext() as own,
                AsyncNodAI(KEY, base_url=url, http_client=own, max_retries=5) as client,
            ):
                return await work(client)

        return asyncio.run(main())
    with (
        httpx.Client(verify=verify) if ride.compat else nullcontext() as own,
        NodAI(KEY, base_url=url, http_client=own, max_retries=5) as client,
    ):
        return work(client)


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_authority_of_the_environment_is_trusted(
    secure: TLSServer, authority_file: str, ride: Ride, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority_file)
    assert call(ride, secure.url(), None).id == "run_1"
    assert b"GET /api/v1/runs/run_1 " in secure.requests[0]


def test_http_client_trusts_whom_its_context_trusts(secure: TLSServer, authority: trustme.CA, ride: Ride) -> None:
    if ride.compat:
        assert call(ride, secure.url(), trusting(authority), query).id == "run_1"


@pytest.mark.parametrize("work", [get, query])
def test_stranger_is_refused_at_once_and_told_nothing(secure: TLSServer, ride: Ride, work: Any) -> None:
    with pytest.raises(errors.ConnectionFailed, match="certificate verify failed") as caught:
        call(ride, secure.url(), None, work)
    assert "SSL_CERT_FILE" in str(caught.value)
    assert caught.value.meta.attempts == 1
    assert secure.handshakes == 1
    assert secure.requests == []


def test_certificate_of_another_host_is_refused_at_once(
    secure: TLSServer, authority: trustme.CA, authority_file: str, ride: Ride, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority_file)
    with pytest.raises(errors.ConnectionFailed, match=r"not valid for '127\.0\.0\.1'"):
        call(ride, secure.url("127.0.0.1"), trusting(authority))
    assert secure.handshakes == 1
    assert secure.requests == []


@pytest.mark.parametrize("kind", [NodAI, AsyncNodAI])
def test_plain_http_makes_no_tls_context(secure: TLSServer, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a TLS context was made")

    monkeypatch.setattr(ssl, "create_default_context", refuse)

    async def awaited(client: AsyncNodAI) -> Any:
        async with client:
            return await get(client)

    client = kind(KEY, base_url="http://127.0.0.1:1", max_retries=0)
    with pytest.raises(errors.ConnectionFailed, match="Connection refused"):
        asyncio.run(awaited(client)) if kind is AsyncNodAI else get(client)


def test_server_without_tls_is_named_as_such(ride: Ride) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(4096)
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        outcome = ride.run(f"https://127.0.0.1:{listener.getsockname()[1]}", get, max_retries=0)
        assert "http://" in str(outcome.failed)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)

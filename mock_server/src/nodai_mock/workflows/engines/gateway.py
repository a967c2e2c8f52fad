"""The connection to upstreams: one pool, checked destinations, and limits on time and size."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nodai_mock.kernel.clock import elapsed
from nodai_mock.workflows.engines.destination import Forbidden, resolve

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes that an upstream may answer."""
_FIRST_FAILURE = 300


class UpstreamFailed(Exception):
    """The upstream did not give a usable answer; `status` is its HTTP status, None when there was none."""

    def __init__(self, status: int | None, why: str) -> None:
        super().__init__(why)
        self.status = status


class Exchange:
    """An answer that has begun: its head is here, its body is read as it comes."""

    def __init__(self, response: httpx.Response, deadline: float) -> None:
        self._response = response
        self._deadline = deadline
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def chunks(self) -> Iterator[bytes]:
        """The body. UpstreamFailed when it is cut off, too large or too slow."""
        import httpx

        size = 0
        try:
            for chunk in self._response.iter_bytes():
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise UpstreamFailed(self.status, "the answer is too large")
                if elapsed() > self._deadline:
                    raise UpstreamFailed(self.status, "the answer takes too long")
                yield chunk
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise UpstreamFailed(self.status, "the answer broke off") from error
        finally:
            self.close()

    def close(self) -> None:
        """Let the connection go. May be called more than once."""
        with suppress(Exception):
            self._response.close()

    def interrupt(self) -> None:
        """Wake whoever reads, from another thread."""
        stream = self._response.extensions.get("network_stream")
        connection = stream.get_extra_info("socket") if stream is not None else None
        with suppress(OSError):
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)


class Gateway:
    """Opens exchanges with upstreams. The pool is made on first use: most servers have no upstream."""

    def __init__(self, *, hosted: bool) -> None:
        self._hosted = hosted
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def open(self, url: str, body: dict[str, Any], headers: Mapping[str, str], timeout_seconds: float) -> Exchange:
        """POST `body` as JSON. UpstreamFailed for anything but a 2xx; redirects are not followed."""
        import httpx

        client = self._pool()
        deadline = elapsed() + timeout_seconds
        try:
            target = httpx.URL(url)
            port = target.port or (443 if target.scheme == "https" else 80)
            address = resolve(target.host, port, hosted=self._hosted)
            request = client.build_request(
                "POST",
                target.copy_with(host=address),
                json=body,
                headers={**headers, "Host": target.netloc.decode()},
                timeout=timeout_seconds,
                extensions={"sni_hostname": target.host},
            )
            response = client.send(request, stream=True)
        except Forbidden as error:
            raise UpstreamFailed(None, str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise UpstreamFailed(None, "the upstream was not reached") from error
        exchange = Exchange(response, deadline)
        if exchange.status >= _FIRST_FAILURE:
            exchange.close()
            raise UpstreamFailed(exchange.status, f"the upstream answered {exchange.status}")
        return exchange

    def close(self) -> None:
        """Close the pool."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _pool(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                # No proxy from the environment: it would resolve the name anew, behind our check.
                self._client = httpx.Client(trust_env=False, follow_redirects=False)
            return self._client

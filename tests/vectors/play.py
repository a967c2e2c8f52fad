"""A scripted server for the vectors: answers each request as the exchange says, over the fake transport of httpx."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from urllib.parse import parse_qsl

import httpx

from tests.vectors.vectors import SAMPLES, Vector

BASE_URL = "http://nodai.test"
API_KEY = "nk_0123456789abcdef0123456789abcdef0123456789abcdef012345671c637e5a"
BROKEN = {
    "connect": httpx.ConnectError("refused"),
    "answer": httpx.RemoteProtocolError("hung up"),
    "timeout": httpx.ReadTimeout("slow"),
}


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The chunks of an answer, and perhaps a broken connection after them."""

    def __init__(self, chunks: list[bytes], then_drops: bool) -> None:
        self._chunks = chunks
        self._then_drops = then_drops

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._then_drops:
            raise httpx.RemoteProtocolError("the connection broke")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


class Play:
    """The server's part of one vector."""

    def __init__(self, vector: Vector) -> None:
        self.requests: list[httpx.Request] = []
        self._exchange: list[Vector] = vector["exchange"]
        self._expected: list[Vector] = [vector.get("request", {})]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        at = len(self.requests)
        self.requests.append(request)
        assert at < len(self._exchange), f"one request more than the vector has: {request.method} {request.url}"
        told = self._exchange[at]
        expected = told.get("request", self._expected[at] if at < len(self._expected) else {})
        check_request(request, expected)
        if "drop" in told:
            raise BROKEN[told["drop"]]
        chunks = answer_chunks(told)
        drops = told.get("then") == "drop"
        headers = {"Content-Type": content_type(told), **told.get("headers", {})}
        if "sse" not in told and not drops:
            headers["Content-Length"] = str(len(b"".join(chunks)))
        return httpx.Response(told["status"], headers=headers, stream=Body(chunks, drops), request=request)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        return self(request)


def content_type(told: Vector) -> str:
    return "text/event-stream" if "sse" in told else f"application/{'problem+' if 'problem' in told else ''}json"


def answer_body(told: Vector) -> object:
    """The JSON of an answer."""
    if "sample" in told:
        return {**SAMPLES[told["sample"]], **told.get("with", {})}
    return told.get("body", told.get("problem"))


def answer_chunks(told: Vector) -> list[bytes]:
    """The bytes of an answer, in the pieces they come in."""
    if "sse" in told:
        chunks = [text.encode() for text in told["sse"]]
        size = told.get("chunk_bytes")
        whole = b"".join(chunks)
        return [whole[at : at + size] for at in range(0, len(whole), size)] if size else chunks
    if "text" in told:
        return [told["text"].encode()]
    if told["status"] == HTTPStatus.NO_CONTENT:
        return []
    return [json.dumps(answer_body(told), ensure_ascii=False).encode()]


def check_request(request: httpx.Request, expected: Vector) -> None:
    """A header of "*" must be there, one of null must not."""
    if "method" in expected:
        assert request.method == expected["method"]
    path, _, query = request.url.raw_path.partition(b"?")
    if "path" in expected:
        assert path.decode() == expected["path"]
    if "query" in expected:
        assert dict(parse_qsl(query.decode(), keep_blank_values=True, strict_parsing=bool(query))) == expected["query"]
    for header, value in expected.get("headers", {}).items():
        got = request.headers.get(header)
        assert (got is not None) if value == "*" else got == value, f"{header}: {got}"
    if "body" in expected:
        content = request.content
        assert (json.loads(content) if content else None) == expected["body"]

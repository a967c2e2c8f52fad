"""What an upstream sends back, read with suspicion."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import orjson

if TYPE_CHECKING:
    from nodai_mock._generated.types import RunOutput, Source, Tokens

_MOST_TOKENS = 1_000_000_000
_LONGEST = {"title": 500, "url": 2000, "snippet": 5000}


class Unusable(Exception):
    """The upstream's answer is not one."""


@dataclass(slots=True)
class Answer:
    """What can be known of an answer; None where the upstream does not say."""

    output: RunOutput = None
    sources: list[Source] = field(default_factory=list["Source"])
    tokens: Tokens | None = None


def from_json(body: bytes) -> Answer:
    """The answer in a JSON object."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unusable("the answer is not JSON") from error
    return from_object(value)


def from_object(value: Any) -> Answer:
    """The answer in an object with `output`, and perhaps `sources` and `tokens`."""
    if not isinstance(value, dict):
        raise Unusable("the answer is no object")
    members = cast("dict[str, Any]", value)
    output = members.get("output")
    if not isinstance(output, str | dict):
        raise Unusable("the answer has no output")
    return Answer(cast("RunOutput", output), _sources(members.get("sources")), _tokens(members.get("tokens")))


def texts(chunks: Iterable[bytes]) -> Iterator[str]:
    """The texts of a plain stream, never cut inside of a character."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in chunks:
        if text := decoder.decode(chunk):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def sse_data(chunks: Iterable[bytes]) -> Iterator[Any]:
    """The JSON of each server-sent event; `[DONE]` and the like end it."""
    waiting, data = "", list[str]()
    for text in texts(chunks):
        *lines, waiting = (waiting + text).replace("\r\n", "\n").split("\n")
        for line in lines:
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                joined = "\n".join(data)
                data.clear()
                if joined == "[DONE]":
                    return
                try:
                    yield orjson.loads(joined)
                except orjson.JSONDecodeError as error:
                    raise Unusable("an event is not JSON") from error


def _sources(value: Any) -> list[Source]:
    if value is None:
        return []
    if not isinstance(value, list) or len(cast("list[Any]", value)) > 100:
        raise Unusable("the sources are no list")
    return [_source(item) for item in cast("list[Any]", value)]


def _source(value: Any) -> Source:
    found: dict[str, str | None] = {}
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    for name, longest in _LONGEST.items():
        part = members.get(name)
        if not (isinstance(part, str) or (part is None and name != "title")):
            raise Unusable("a source has no title, or one that is no text")
        found[name] = None if part is None else part[:longest]
    return cast("Source", found)


def _tokens(value: Any) -> Tokens | None:
    if value is None:
        return None
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    read, written = members.get("input"), members.get("output")
    if (
        type(read) is not int
        or type(written) is not int
        or not (0 <= read <= _MOST_TOKENS and 0 <= written <= _MOST_TOKENS)
    ):
        raise Unusable("the tokens are no numbers")
    return {"input": read, "output": written}

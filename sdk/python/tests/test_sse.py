"""The decoder of server-sent events, against the specification and every way that bytes can be cut."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodai._core.sse import Decoder, EventTooLarge, Frame


def decode(*chunks: bytes) -> list[Frame]:
    decoder = Decoder()
    return [frame for chunk in chunks for frame in decoder.feed(chunk)]


def by_the_specification(stream: bytes) -> list[Frame]:
    """The algorithm of the HTML standard, as it is written there, over the whole stream at once."""
    lines = re.split(rb"\r\n|\r|\n", stream.removeprefix(b"\xef\xbb\xbf"))[:-1]
    frames: list[Frame] = []
    last_id, event, data = b"", b"", []
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            if data:
                frames.append((last_id, event or b"message", b"\n".join(data)))
            event, data = b"", []
        elif name == b"event":
            event = value
        elif name == b"data":
            data.append(value)
        elif name == b"id" and b"\0" not in value:
            last_id = value
    return frames


PARTS = [
    *(b"id: 1\n", b"id:2\n", b"id\n", b"id: \n", b"id: a\0b\n", b"event: output.delta\n", b"event:\n", b"data: {}\n"),
    *(
        b"data\n",
        b"data:  two\n",
        b"data: \xe2\x82\xac\n",
        b": heartbeat\n",
        b"retry: 10\n",
        b"other: 1\n",
        b"\n",
        b"\n",
    ),
    *(b"\r\n", b"\r", b"data: x\r\n", b"id: 7\nevent: e\ndata: d\n\n", b"\xef\xbb\xbf", b"data: cut"),
]


@given(st.lists(st.sampled_from(PARTS), max_size=24), st.lists(st.integers(0, 300), max_size=12))
def test_any_stream_cut_anywhere_is_read_as_the_specification_says(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in pairwise(edges)]

    assert decode(*chunks) == by_the_specification(stream)


def test_a_stream_that_comes_byte_by_byte_is_the_same() -> None:
    stream = 'id: 1\r\nevent: output.delta\r\ndata: {"delta":"€"}\r\n\r\n: beat\r\ndata: a\r\ndata: b\r\n\r\n'.encode()

    assert decode(*(stream[at : at + 1] for at in range(len(stream)))) == [
        (b"1", b"output.delta", '{"delta":"€"}'.encode()),
        (b"1", b"message", b"a\nb"),
    ]


def test_an_event_that_is_cut_off_by_the_end_is_not_handed_over() -> None:
    assert decode(b"id: 1\nevent: e\ndata: whole\n\nid: 2\nevent: e\ndata: cut\n") == [(b"1", b"e", b"whole")]


def test_retry_is_read_in_seconds() -> None:
    decoder = Decoder()
    decoder.feed(b"retry: 1500\nretry: soon\n\n")

    assert decoder.retry_seconds == 1.5


@pytest.mark.parametrize(
    "chunks", [[b"data: " + b"x" * 50] * 3, [b"data: " + b"x" * 40 + b"\n"] * 4], ids=["line", "event"]
)
def test_what_is_held_for_one_event_is_bounded(chunks: list[bytes]) -> None:
    decoder = Decoder(limit_bytes=128)
    for chunk in chunks[:-1]:
        decoder.feed(chunk)

    with pytest.raises(EventTooLarge, match="128"):
        decoder.feed(chunks[-1])

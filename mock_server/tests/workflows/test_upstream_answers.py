"""What upstreams send back, and what their calls cost."""

from __future__ import annotations

import pytest
from nodai_mock.workflows.engines.answers import Unusable, from_json, sse_data, texts
from nodai_mock.workflows.engines.price import from_header, from_list


def test_output_sources_and_tokens_are_taken() -> None:
    answer = from_json(b'{"output":"Hi","sources":[{"title":"T","url":"u"}],"tokens":{"input":1,"output":2},"more":0}')
    assert answer.output == "Hi"
    assert answer.sources == [{"title": "T", "url": "u", "snippet": None}]
    assert answer.tokens == {"input": 1, "output": 2}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"{}", b'{"output": 1}', b'{"output": null}', b'{"output":"x","sources":{}}',
        b'{"output":"x","sources":[{"url":"u"}]}', b'{"output":"x","tokens":{"input":-1,"output":0}}',
        b'{"output":"x","tokens":{"input":true,"output":0}}', b'{"output":"x","tokens":[]}',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        from_json(body)


def test_events_are_read_however_they_are_cut() -> None:
    stream = b': hi\r\ndata: {"delta":"a"}\r\n\r\nevent: x\ndata: {"delta":\ndata: "b"}\n\n'
    stream += b'data: [DONE]\n\ndata: {"late":1}\n\n'
    expected = [{"delta": "a"}, {"delta": "b"}]
    for size in range(1, 12):
        chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert list(sse_data(chunks)) == expected


def test_texts_are_never_cut_inside_a_character() -> None:
    raw = "Grüße 👋".encode()
    assert "".join(texts(raw[i : i + 1] for i in range(len(raw)))) == "Grüße 👋"


@pytest.mark.parametrize(
    ("value", "micros"),
    [("0.0021", 2100), (" 1 ", 1_000_000), ("0.0000001", 1), ("1e-3", 1000), ("-1", None), ("NaN", None),
     ("Infinity", None), ("1e30", None), ("free", None), ("", None), (None, None)],
)  # fmt: skip
def test_a_cost_header_counts_when_it_makes_sense(value: str | None, micros: int | None) -> None:
    assert from_header(value) == micros


def test_a_price_list_is_rounded_up_once() -> None:
    prices = {
        "per_request_usd": "0.001",
        "per_1000_input_tokens_usd": "0.00025",
        "per_1000_output_tokens_usd": "0.00125",
    }
    assert from_list(prices, 0, 0) == 1000
    assert from_list(prices, 1, 1) == 1002
    assert from_list(prices, 1000, 1000) == 2500
    assert from_list({}, 5, 5) == 0

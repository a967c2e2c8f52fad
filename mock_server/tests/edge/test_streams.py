"""Streams on the wire: frames, heartbeats, and clients that go away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from nodai_mock.edge import sse
from nodai_mock.edge.reply import Frame, Stream
from nodai_mock.testing import DEMO, ThreadServer

STREAM = f"/api/v1/workflows/{DEMO.workflow_id}/stream"


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]


def test_a_stream_has_ids_names_and_json(client: httpx.Client) -> None:
    answer = client.post(STREAM, json={"input": "password"})
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    frames = [dict(line.split(": ", 1) for line in block.split("\n")) for block in answer.text.strip().split("\n\n")]
    assert [int(frame["id"]) for frame in frames] == list(range(len(frames)))
    assert [frame["event"] for frame in frames] == [each["type"] for each in events(answer.text)]
    assert frames[-1]["event"] == "run.completed"


def test_a_stream_that_was_cut_goes_on_after_the_last_event(client: httpx.Client) -> None:
    once = {"Idempotency-Key": "a-stream"}
    whole = events(client.post(STREAM, json={"input": "password"}, headers=once).text)
    rest = client.post(STREAM, json={"input": "password"}, headers={**once, "Last-Event-ID": "3"})
    assert events(rest.text) == whole[4:]
    assert len(client.get("/api/v1/runs").json()["data"]) == 1


def test_a_bad_last_event_id_is_a_422(client: httpx.Client) -> None:
    answer = client.post(STREAM, json={"input": "a"}, headers={"Last-Event-ID": "third"})
    assert answer.json()["errors"][0]["parameter"] == "Last-Event-ID"


def test_no_text_can_break_a_frame() -> None:
    wire = sse.frame(Frame("output.delta", "7", {"delta": "a\n\ndata: {}\r\nevent: x\u2028"}))
    assert wire.count(b"\n") == 4
    assert events(wire.decode())[0]["delta"] == "a\n\ndata: {}\r\nevent: x\u2028"


def test_none_is_a_comment_that_keeps_the_line_open() -> None:
    assert b"".join(sse.Body(Stream(iter([None, ("a", "1", {})])))).startswith(b": heartbeat\n\nid: 1\n")


class Waiting:
    """An iterator that gives nothing until it is let go, and says when it is closed."""

    def __init__(self) -> None:
        self.go, self.closed = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        self.go.wait()
        raise StopIteration

    def close(self) -> None:
        self.closed.set()


def test_a_slow_stream_beats_while_it_waits_and_is_closed_when_its_reader_is() -> None:
    waiting = Waiting()
    body = sse.Body(Stream(waiting, slow=True), heartbeat_seconds=0.01)
    assert [next(body), next(body)] == [sse.HEARTBEAT, sse.HEARTBEAT]
    body.close()
    waiting.go.set()
    assert waiting.closed.wait(10)


def test_a_failing_slow_stream_fails_for_its_reader() -> None:
    def failing() -> Iterator[Frame]:
        yield Frame("a", "0", {})
        raise RuntimeError("broken")

    body = sse.Body(Stream(failing(), slow=True))
    assert next(body).startswith(b"id: 0")
    with pytest.raises(RuntimeError, match="broken"):
        next(body)


def test_a_client_that_goes_away_ends_its_run(client: httpx.Client) -> None:
    with client.stream("POST", "/api/v1/workflows/wf_slow/stream", json={"input": "a"}) as answer:
        first = next(answer.iter_lines())
        assert first
    while True:
        run = client.get("/api/v1/runs").json()["data"][0]
        if run["status"] != "running":
            break
    assert run["status"] in ("cancelled", "failed")


def test_many_live_streams_leave_room_for_others(server: ThreadServer) -> None:
    count = 100
    together = threading.Barrier(count + 1)

    def listen(client: httpx.Client) -> str:
        with client.stream("POST", "/api/v1/workflows/wf_slow/stream", json={"input": "a"}) as answer:
            together.wait(60)
            return events("\n".join(answer.iter_lines()))[-1]["type"]

    headers = {"X-API-Key": DEMO.secret_key, "X-Mock-Namespace": "crowd"}
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=server.base_url, headers=headers, timeout=60, limits=limits) as client:
        client.get("/api/v1/workflows")
        with ThreadPoolExecutor(count) as pool:
            listening = [pool.submit(listen, client) for _ in range(count)]
            together.wait(60)
            assert client.get("/health/live").status_code == 200
            assert {each.result() for each in listening} == {"run.completed"}

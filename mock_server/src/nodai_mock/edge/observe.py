"""What watches the calls: the tester's faults and journal, the counters of `/metrics`, the access log."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from nodai_mock.edge.answer import Answer
from nodai_mock.edge.call import Call
from nodai_mock.edge.control.faults import Effect
from nodai_mock.edge.control.traffic import Exchange
from nodai_mock.kernel.clock import elapsed

if TYPE_CHECKING:
    from flask import Response

    from nodai_mock.services import World

Environ = dict[str, Any]
_SLOW_MS = 2000
log = logging.getLogger("nodai_mock.access")


class Counters:
    """Requests and seconds by operation and status, since the server started."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, int], int] = {}
        self.seconds: dict[tuple[str, int], float] = {}

    def count(self, operation: str, status: int, seconds: float) -> None:
        place = (operation, status)
        self.requests[place] = self.requests.get(place, 0) + 1
        self.seconds[place] = self.seconds.get(place, 0.0) + seconds


class Observer:
    """Before and after each call; a hosted server has no faults and no journal."""

    def __init__(self, *, hosted: bool, access_log: bool) -> None:
        self.counters = Counters()
        self._hosted = hosted
        self._access_log = access_log

    def before(self, call: Call) -> Effect | None:
        """The fault that hits this call; its delay has passed. Refusal when the fault is a refusal."""
        if self._hosted:
            return None
        effect = call.world.faults.effect_on(call) or _magic(call)
        if effect is None:
            return None
        if effect.delay_ms:
            time.sleep(effect.delay_ms / 1000)
        if effect.refuses and not effect.breaks_answer:
            raise effect.refusal()
        return effect

    def saw(self, call: Call, environ: Environ, raw: bytes, answer: Answer) -> Answer:
        """Count, log and keep the exchange; the answer as the fault leaves it."""
        seconds, effect = elapsed() - call.started, call.effect
        self.counters.count(call.operation.id, answer.status, seconds)
        if self._access_log:
            log.info("%s", _line(call, answer, seconds))
        if self._hosted:
            return answer
        if effect is not None:
            answer = broken(answer, effect)
        status = None if effect is not None and effect.drop else answer.status
        kept = Exchange(
            call.request_id, call.operation.id, call.operation.method, call.path, environ.get("QUERY_STRING", ""),
            environ, raw, status, answer.headers, answer.payload, seconds, answer.faults,
            call.decision, call.now,
        )  # fmt: skip
        call.world.traffic.record(kept)
        return answer

    def saw_page(self, environ: Environ, response: Response, identifier: str) -> None:
        """Keep what Flask answered: a test that calls a path that does not exist wants to see it."""
        self.counters.count("-", response.status_code, 0.0)
        if self._hosted or response.status_code < 400:
            return
        world: World = environ["nodai.world"]
        kept = Exchange(
            identifier, None, environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""),
            environ, b"", response.status_code, list(response.headers), response.get_data(),
            0.0, ["the contract has no such operation"], None, world.clock.now(),
        )  # fmt: skip
        world.traffic.record(kept)


def _magic(call: Call) -> Effect | None:
    """The documented test keys whose calls are slow or dropped."""
    magic = call.key.magic if call.key is not None else ""
    if magic == "slow":
        return Effect(delay_ms=_SLOW_MS)
    return Effect(drop=True) if magic == "dropped" else None


def broken(answer: Answer, effect: Effect) -> Answer:
    """The answer as it arrives when the line is cut or the body is spoiled, after everything was done."""
    if not effect.breaks_answer:
        return answer
    whole = b"".join(answer.stream) if answer.payload is None else answer.payload
    if effect.malformed and not effect.drop:
        # A stream keeps its frames, or readers would take its first event for a comment.
        answer.payload = whole.replace(b"\ndata: {", b"\ndata: <") if answer.payload is None else b"<" + whole[1:]
        return answer
    if answer.payload is None:
        answer.headers.append(("Content-Length", str(max(1, len(whole)))))
    answer.payload = None
    answer.stream = _cut(b"" if effect.drop else whole[: len(whole) // 2])
    return answer


def _cut(part: bytes) -> Iterator[bytes]:
    # The answer has promised more bytes than come, so the server has no choice but to close the connection.
    yield part


def _line(call: Call, answer: Answer, seconds: float) -> str:
    members = {
        "request_id": call.request_id,
        "operation": call.operation.id,
        "method": call.operation.method,
        "path": call.path,
        "status": answer.status,
        "code": answer.code,
        "key_id": call.key.id if call.key is not None else None,
        "ip": call.client_ip,
        "ms": round(seconds * 1000, 2),
    }
    return orjson.dumps(members).decode()

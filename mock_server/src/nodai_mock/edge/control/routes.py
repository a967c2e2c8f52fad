"""The views of the mock controls."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from nodai_mock._generated.errors import ERRORS
from nodai_mock._generated.operations import BY_ID
from nodai_mock.edge.control.faults import Effect, Fault
from nodai_mock.edge.control.traffic import entry
from nodai_mock.kernel.clock import MockClock, parse_rfc3339, rfc3339
from nodai_mock.kernel.errors import Refusal, invalid, not_found
from nodai_mock.kernel.ids import suffix

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call
    from nodai_mock.services import Worlds

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


class ClockRoutes:
    """`mock.clock`: one clock moves everything."""

    def get(self, call: Call) -> types.MockClock:
        return _clock(call, [])

    def set(self, call: Call, *, body: types.SetClockRequest) -> types.MockClock:
        try:
            moved = call.world.clock.set(parse_rfc3339(body["now"]), frozen=body.get("frozen", True))
        except (OverflowError, ValueError):
            raise invalid("/now", "range", "is outside of what the clock can show") from None
        return _clock(call, moved + call.world.upkeep())

    def resume(self, call: Call) -> types.MockClock:
        return _clock(call, call.world.clock.resume() + call.world.upkeep())

    def advance(self, call: Call, *, body: types.AdvanceClockRequest) -> types.MockClock:
        try:
            moved = call.world.clock.advance(parse_duration(body["duration"]))
        except OverflowError:
            raise invalid("/duration", "range", "goes beyond what the clock can show") from None
        return _clock(call, moved + call.world.upkeep())


class FaultRoutes:
    """`mock.faults`."""

    def list(self, call: Call) -> types.MockFaultList:
        return {"data": [_fault(fault) for fault in call.world.faults.rules]}

    def create(self, call: Call, *, body: types.CreateMockFaultRequest) -> types.MockFault:
        code, operation = body.get("code"), body.get("operation")
        if code is not None and code not in ERRORS:
            raise invalid("/code", "enum", "is not a code of the error table")
        if operation is not None and operation not in BY_ID:
            raise invalid("/operation", "enum", "is not an operation of this API")
        effect = Effect(
            body.get("status"), code, body.get("delay_ms", 0),
            body.get("drop", False), body.get("truncate", False), body.get("malformed", False),
        )  # fmt: skip
        fault = Fault(
            call.world.ids.new("flt_"), effect, operation, body.get("key_id"),
            body.get("first"), body.get("every"), body.get("probability"),
        )  # fmt: skip
        call.world.faults.add(fault)
        return _fault(fault)

    def delete(self, call: Call, fault_id: str) -> None:
        if not call.world.faults.remove(fault_id):
            raise not_found()


class JournalRoutes:
    """`mock.journal`: what went over the wire."""

    def list(
        self, call: Call, *, operation: str | None, status: int | None, limit: int, cursor: str | None
    ) -> types.JournalEntryPage:
        found = [
            each
            for each in call.world.traffic.newest_first()
            if operation in (None, each.operation)
            and status in (None, each.status)
            and (cursor is None or suffix(each.id) < cursor)
        ]
        more = len(found) > limit
        last = suffix(found[limit - 1].id) if more else None
        return {"data": [entry(each) for each in found[:limit]], "has_more": more, "next_cursor": last}

    def clear(self, call: Call) -> None:
        call.world.traffic.clear()


class SnapshotRoutes:
    """`mock.snapshots`: the whole database under a name."""

    def list(self, call: Call) -> types.SnapshotList:
        return {"data": [_snapshot(name, *kept) for name, kept in reversed(call.world.snapshots.items())]}

    def save(self, call: Call, *, body: types.SaveSnapshotRequest) -> types.Snapshot:
        name = body["name"]
        return _snapshot(name, *call.world.save_snapshot(name))

    def load(self, call: Call, name: str) -> types.Snapshot:
        kept = call.world.snapshots.get(name)
        if kept is None:
            raise not_found()
        call.world.restore(kept[1])
        return _snapshot(name, *kept)


class MockRoutes:
    """`mock`."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def reset(self, call: Call) -> None:
        self._worlds.reset(call.world)


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration in weeks, days, hours, minutes and seconds; the contract's pattern has been checked."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise Refusal("validation_failed")
    weeks, days, hours, minutes, seconds = match.groups()
    whole, _, places = (seconds or "0").partition(".")
    return timedelta(
        weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
        seconds=int(whole), microseconds=int((places or "0").ljust(6, "0")),
    )  # fmt: skip


def _clock(call: Call, moved: list[str]) -> types.MockClock:
    clock: MockClock = call.world.clock
    return {"now": rfc3339(clock.now()), "frozen": clock.frozen, "moved": moved}


def _fault(fault: Fault) -> types.MockFault:
    effect = fault.effect
    return {
        "id": fault.id, "operation": fault.operation, "key_id": fault.key_id,
        "status": effect.status, "code": effect.code, "delay_ms": effect.delay_ms,
        "drop": effect.drop, "truncate": effect.truncate, "malformed": effect.malformed,
        "first": fault.first, "every": fault.every, "probability": fault.probability, "hits": fault.hits,
    }  # fmt: skip


def _snapshot(name: str, created_at: str, image: bytes) -> types.Snapshot:
    return {"name": name, "created_at": created_at, "bytes": len(image)}

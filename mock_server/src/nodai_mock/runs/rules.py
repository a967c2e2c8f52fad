"""What a run is, and how it looks from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.money import usd

if TYPE_CHECKING:
    from nodai_mock._generated.types import Problem, RunInput, RunOutput, Source
    from nodai_mock._generated.types import Run as ShownRun

MILLISECOND = 1000
"""Microseconds in one."""
ALIVE = ("queued", "running")


class Run(NamedTuple):
    """One run, column for column. Instants are microseconds since 1970.

    A tuple and no dataclass, as every query makes one: first what it was asked, then how it ended, as an `Ending`.
    """

    id: str
    organization_id: str
    workflow_id: str
    key_id: str
    request_id: str
    mode: str
    conversation_id: str | None
    input: RunInput
    metadata: dict[str, str]
    created_at: int
    status: str
    completed_at: int | None
    output: RunOutput
    sources: list[Source]
    cost_micros: int
    tokens_input: int
    tokens_output: int
    error: Problem | None
    deltas: list[str] | None
    due_at: int | None
    engine: str | None

    @property
    def alive(self) -> bool:
        """Whether it has yet to end."""
        return self.status in ALIVE


class Ending(NamedTuple):
    """How a run ends: `completed`, `failed` or `cancelled`, and what was used until then."""

    status: str
    completed_at: int
    output: RunOutput
    sources: list[Source]
    cost_micros: int
    tokens_input: int
    tokens_output: int
    error: Problem | None = None
    deltas: list[str] | None = None


class Asked(NamedTuple):
    """What a run is asked: the first part of a `Run`."""

    id: str
    organization_id: str
    workflow_id: str
    key_id: str
    request_id: str
    mode: str
    conversation_id: str | None
    input: RunInput
    metadata: dict[str, str]
    created_at: int


_ASKED = len(Asked._fields)


def begun(asked: Asked, status: str, *, due_at: int | None = None, engine: str | None = None) -> Run:
    """A run that has yet to end."""
    return Run(*asked, status, None, None, [], 0, 0, 0, None, None, due_at, engine)


def ended(run: Asked | Run, ending: Ending) -> Run:
    """The run with its ending; a clock that was set back cannot make it end before it began."""
    if ending.completed_at < run.created_at:
        ending = ending._replace(completed_at=run.created_at)
    return Run._make((*run[:_ASKED], *ending, None, None))


def shown(run: Run) -> ShownRun:
    """The run as the API answers it."""
    done = run.completed_at
    created_at = rfc3339(run.created_at)
    return {
        "id": run.id,
        "workflow_id": run.workflow_id,
        "conversation_id": run.conversation_id,
        "status": run.status,
        "input": run.input,
        "output": run.output,
        "sources": run.sources,
        "cost_usd": usd(run.cost_micros),
        "tokens": {"input": run.tokens_input, "output": run.tokens_output},
        "metadata": run.metadata,
        "created_at": created_at,
        "completed_at": None if done is None else created_at if done == run.created_at else rfc3339(done),
        "duration_ms": None if done is None else (done - run.created_at) // MILLISECOND,
        "error": run.error,
    }

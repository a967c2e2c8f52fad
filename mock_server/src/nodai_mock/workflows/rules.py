"""What a workflow is, and how it looks from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from nodai_mock._generated.errors import problem
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.runs.rules import MILLISECOND, Asked, Ending, Run
from nodai_mock.workflows.engines.outcome import Outcome, Question

if TYPE_CHECKING:
    from nodai_mock._generated import types


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow, column for column. Instants are microseconds since 1970."""

    id: str
    organization_id: str
    name: str
    description: str | None
    engine: types.Engine
    metadata: dict[str, str]
    created_at: int
    updated_at: int


def changed(workflow: Workflow, changes: types.UpdateWorkflowRequest, now: int) -> Workflow:
    """The workflow with the fields that were sent."""
    return replace(workflow, **changes, updated_at=max(now, workflow.created_at))


def shown(workflow: Workflow) -> types.Workflow:
    """The workflow as the API answers it."""
    return {
        "id": workflow.id,
        "name": workflow.name,
        "description": workflow.description,
        "engine": workflow.engine,
        "metadata": workflow.metadata,
        "created_at": rfc3339(workflow.created_at),
        "updated_at": rfc3339(workflow.updated_at),
    }


def ending_of(
    outcome: Outcome, created_at: int, now: int, *, error: types.Problem | None = None, deltas: list[str] | None = None
) -> Ending:
    """How a run ends with this outcome: when its latency has passed, or when it is really done, if that is later."""
    return Ending(
        "completed" if error is None else "failed",
        max(now, created_at + outcome.latency_ms * MILLISECOND),
        outcome.output if error is None else None,
        outcome.sources,
        outcome.cost_micros if error is None else 0,
        outcome.tokens_input,
        outcome.tokens_output,
        error,
        deltas,
    )


def cancelled(outcome: Outcome, now: int, deltas: list[str] | None = None) -> Ending:
    """How a run ends that is cancelled when it has come this far."""
    return Ending(
        "cancelled",
        now,
        outcome.output if outcome.output != "" else None,
        outcome.sources,
        outcome.cost_micros,
        outcome.tokens_input,
        outcome.tokens_output,
        None,
        deltas,
    )


def question_of(run: Asked | Run) -> Question:
    """What the engine of a run is asked."""
    return Question(
        run.workflow_id, run.input, run.conversation_id, run.metadata, run.key_id, run.organization_id, run.request_id
    )


def error_of(run: Asked | Run, outcome: Outcome) -> types.Problem | None:
    """The problem of a run that fails, None for one that does not."""
    if outcome.failure is None:
        return None
    found = problem(outcome.failure.code, request_id=run.request_id, **outcome.failure.facts)
    return cast("types.Problem", found)

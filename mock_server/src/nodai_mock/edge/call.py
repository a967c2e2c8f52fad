"""One call of an operation, from its arrival to its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nodai_mock.kernel.clock import elapsed

if TYPE_CHECKING:
    from nodai_mock._generated.operations import ServerOperation
    from nodai_mock.edge.control.faults import Effect
    from nodai_mock.kernel.db import Tx
    from nodai_mock.kernel.money import Money
    from nodai_mock.keys.record import KeyRecord
    from nodai_mock.limits.decision import Decision
    from nodai_mock.services import World


@dataclass(slots=True, eq=False)
class Call:
    """What a view knows of the request it answers; admission and views fill in the lower half."""

    operation: ServerOperation
    request_id: str
    now: datetime
    world: World
    client_ip: str
    origin: str | None
    user_agent: str
    headers: Mapping[str, str]
    """By lower-case name."""
    path: str = ""
    request_bytes: int = 0
    started: float = field(default_factory=elapsed)

    effect: Effect | None = None
    """The fault that a tester set for it."""
    key: KeyRecord | None = None
    organization_id: str = ""
    decision: Decision | None = None
    ticket: Any = None
    """Admission's own."""
    cost: Money | int | None = None
    """A metered view sets what the call really cost (micro-dollars) before it returns."""
    run_id: str | None = None
    workflow_id: str | None = None
    detached: bool = False
    """The reservation outlives the answer: a stream, or a run that goes on in the background."""
    repeats: str | None = None
    """For a repeated stream: the run that the first request made, to be streamed again."""
    deferred: list[Callable[[Tx], object]] = field(default_factory=list[Any])

    @property
    def caller(self) -> KeyRecord:
        """The key of a call that is authenticated."""
        if self.key is None:
            raise RuntimeError("a public operation has no caller")
        return self.key

    def defer(self, work: Callable[[Tx], object]) -> None:
        """Have `work` done in the unit of work that settles this call: all of it happens, or none."""
        self.deferred.append(work)

    @property
    def cost_micros(self) -> int:
        """What the call cost in micro-dollars; 0 until a view says otherwise."""
        return self.cost if isinstance(self.cost, int) else self.cost.micros if self.cost is not None else 0

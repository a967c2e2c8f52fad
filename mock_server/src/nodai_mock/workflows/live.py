"""A streamed run while it lasts: its pieces as they come, whoever reads them, and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from nodai_mock.edge.reply import Frame
from nodai_mock.kernel.clock import elapsed, rfc3339
from nodai_mock.runs.rules import Ending, Run, shown
from nodai_mock.workflows.engines.gateway import UpstreamFailed
from nodai_mock.workflows.engines.outcome import Outcome, pieces
from nodai_mock.workflows.pace import Pace


class Source(Protocol):
    """Where the pieces come from."""

    def next(self) -> str | None:
        """The next piece, None at the end. UpstreamFailed when there will be no end."""
        ...

    def outcome(self, given: list[str]) -> Outcome:
        """What the pieces given out so far amount to, and cost."""
        ...

    def failed(self, why: UpstreamFailed) -> Outcome: ...

    def stop(self) -> None:
        """Nothing more is wanted; a `next` that waits comes back."""
        ...


class LocalSource:
    """An answer that is known already, given out over its latency."""

    def __init__(self, outcome: Outcome, created_at: int, pace: Pace) -> None:
        self._outcome = outcome
        self._pieces = [] if outcome.failure is not None else pieces(outcome.output)
        self._created_at = created_at
        self._pace = pace
        self._began = elapsed()
        self._given = 0
        self._stopped = False

    def next(self) -> str | None:
        count = len(self._pieces)
        if self._outcome.latency_ms:
            part = min(self._given + 1, count) if count else 1
            after = self._outcome.latency_ms * 1000 * part // max(count, 1)
            self._pace.wait_until(self._created_at + after, self._began + after / 1e6, lambda: self._stopped)
        if self._given == count or self._stopped:
            return None
        self._given += 1
        return self._pieces[self._given - 1]

    def outcome(self, given: list[str]) -> Outcome:
        whole, count, used = self._outcome, len(self._pieces), len(given)
        if whole.failure is not None or used == count:
            return whole
        # A part of the price for a part of the answer, rounded up.
        cost = -(-whole.cost_micros * used // count)
        output = "".join(given) if isinstance(whole.output, str) else None
        tokens = -(-whole.tokens_output * used // count)
        return Outcome(output, [], cost, whole.tokens_input, tokens)

    def failed(self, why: UpstreamFailed) -> Outcome:
        raise why

    def stop(self) -> None:
        self._stopped = True
        self._pace.wake()


class LiveRun:
    """One streamed run of this process. Readers come and go; the last to come reads on, wherever it left off."""

    def __init__(
        self,
        run: Run,
        source: Source,
        *,
        finish: Callable[[Run, Outcome, list[str]], Run],
        left: Callable[[Run], None],
        ending: Callable[[Outcome, int, list[str]], Ending],
    ) -> None:
        self._run = run
        self._source = source
        self._finish = finish
        self._left = left
        self._ending = ending
        self._pieces: list[str] = []
        self._pulling = threading.Lock()
        self._reader: Reading | None = None
        self._ended: Run | None = None

    def read(self, after: int) -> Reading:
        """The events after that id, taken over from whoever read before."""
        self._reader = Reading(self, after + 1)
        return self._reader

    def leave(self, reader: Reading) -> None:
        """A reader has gone before the end; one that was taken over from has nothing to say any more."""
        if self._reader is reader and self._ended is None:
            self._left(self._run)

    def ending(self, completed_at: int) -> Ending:
        """How it ends when it is cancelled now: with what was given out."""
        given = list(self._pieces)
        return self._ending(self._source.outcome(given), completed_at, given)

    def stop(self, run: Run) -> None:
        """It was cancelled; readers get it as their last event."""
        self._ended = run
        self._source.stop()

    def frame(self, reader: Reading, index: int) -> tuple[Frame, bool] | None:
        """The event of that id, and whether it is the last; None when somebody else reads now."""
        if index == 0:
            return started(self._run), False
        with self._pulling:
            while len(self._pieces) < index and self._ended is None and self._reader is reader:
                self._pull()
        if self._reader is not reader:
            return None
        if index <= len(self._pieces):
            return delta(index, self._pieces[index - 1]), False
        return last(index, self._ended or self._run), True

    def _pull(self) -> None:
        try:
            piece = self._source.next()
        except UpstreamFailed as why:
            if self._ended is None:
                self._ended = self._finish(self._run, self._source.failed(why), self._pieces)
            return
        if self._ended is not None:
            return
        if piece is not None:
            self._pieces.append(piece)
        else:
            # Written down before anybody hears of it: what was seen to end has been charged.
            self._ended = self._finish(self._run, self._source.outcome(self._pieces), self._pieces)


class Reading(Iterator[Frame]):
    """One reader of a live run."""

    def __init__(self, live: LiveRun, index: int) -> None:
        self._live = live
        self._index = index
        self._over = False

    def __next__(self) -> Frame:
        found = None if self._over else self._live.frame(self, self._index)
        if found is None:
            self._over = True
            raise StopIteration
        frame, self._over = found
        self._index += 1
        return frame

    def close(self) -> None:
        """The reader goes away. A class and no generator, whose `close` does nothing before its first `next`."""
        if not self._over:
            self._over = True
            self._live.leave(self)


def replay(run: Run, after: int) -> Iterator[Frame]:
    """The events of a run that has ended, after that id."""
    parts = run.deltas if run.deltas is not None else pieces(run.output)
    if after < 0:
        yield started(run)
    for index in range(max(after + 1, 1), len(parts) + 1):
        yield delta(index, parts[index - 1])
    # A run that was lost with its server has fewer pieces than its reader saw.
    if after <= len(parts) or run.status != "completed":
        yield last(max(len(parts), after) + 1, run)


def started(run: Run) -> Frame:
    created_at = rfc3339(run.created_at)
    data = {"type": "run.started", "run_id": run.id, "workflow_id": run.workflow_id, "created_at": created_at}
    return Frame("run.started", "0", data)


def delta(index: int, text: str) -> Frame:
    return Frame("output.delta", str(index), {"type": "output.delta", "delta": text})


def last(index: int, run: Run) -> Frame:
    """The end: the whole run, or what went wrong."""
    if run.error is not None:
        return Frame("error", str(index), {"type": "error", "error": run.error})
    return Frame("run.completed", str(index), {"type": "run.completed", "run": shown(run)})

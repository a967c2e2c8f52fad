"""Runs every server through every row, in turns: start, memory, and load at 16 and 64 connections."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import setup
from benchmarks.server import load
from benchmarks.server.contenders import Running, contenders, running
from benchmarks.server.load import Load, Operation
from benchmarks.stats import Figure

CONNECTIONS = (16, 64)
INPUT = '{"input":"How do I reset my password?"}'
OURS, HAND_WRITTEN, PRISM = "nodai-mock", "Flask + pydantic", "Prism, quiet"


@dataclass
class Result:
    """What one server measured. `rows` and `ratios` are keyed by operation and connections."""

    name: str
    first_200: Figure
    memory_mb: float = 0.0
    rows: dict[tuple[str, int], list[Load]] = field(default_factory=dict[tuple[str, int], list[Load]])

    def rps(self, row: tuple[str, int]) -> Figure:
        return Figure.of([one.requests_per_second for one in self.rows[row]])

    def p99_ms(self, row: tuple[str, int]) -> Figure:
        return Figure.of([one.p99_ms for one in self.rows[row]])

    def failures(self, row: tuple[str, int]) -> int:
        return sum(one.failures for one in self.rows[row])

    def ratio(self, other: Result, row: tuple[str, int], other_row: tuple[str, int] | None = None) -> Figure:
        """Requests per second, ours over theirs, round by round."""
        theirs = other.rows[other_row or row]
        return Figure.of(
            [
                mine.requests_per_second / their.requests_per_second
                for mine, their in zip(self.rows[row], theirs, strict=True)
            ]
        )


def operations(secret: str) -> list[Operation]:
    key = (("X-API-Key", secret),)
    return [
        Operation("stateless", "GET", "/api/v1/plans"),
        Operation("verify", "POST", "/api/v1/key-verifications", key, json.dumps({"secret": secret})),
        Operation("query", "POST", "/api/v1/workflows/wf_support/query", key, INPUT),
    ]


def measure_starts(rounds: int, scratch: Path, prism: Path | None) -> list[Result]:
    times: dict[str, list[float]] = {}
    for number in range(rounds + 1):  # the first round leaves the bytecode behind and is not counted
        for server in contenders(prism):
            with running(server, scratch / f"start-{number}" / server.name.replace(" ", "-")) as started:
                if number:
                    times.setdefault(server.name, []).append(started.first_200_seconds)
    return [Result(name, Figure.of(seconds)) for name, seconds in times.items()]


def measure_load(
    results: list[Result], servers: list[Running], secret: str, rounds: int, seconds: float, scratch: Path
) -> None:
    by_name = {result.name: result for result in results}
    for operation in operations(secret):
        for connections in CONNECTIONS:
            row = (operation.name, connections)
            print(f"  {operation.name}, {connections} connections", file=sys.stderr, flush=True)
            for number in range(rounds + 1):  # the first round warms up and is not counted
                turn = number % len(servers)
                for server in servers[turn:] + servers[:turn]:
                    length = seconds if number else min(1.0, seconds)
                    done = load.run(server.base, operation, connections, length, scratch)
                    if number:
                        by_name[server.server.name].rows.setdefault(row, []).append(done)


def run(rounds: int, seconds: float, secret: str) -> list[Result]:
    prism = setup.prism()
    scratch = Path(tempfile.mkdtemp(prefix="server-", dir=setup.OUT))
    try:
        results = measure_starts(rounds, scratch, prism)
        with ExitStack() as stack:
            servers = [
                stack.enter_context(running(server, scratch / server.name.replace(" ", "-")))
                for server in contenders(prism)
            ]
            measure_load(results, servers, secret, rounds, seconds, scratch)
            for result, server in zip(results, servers, strict=True):
                result.memory_mb = server.rss_mb()
        return results
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

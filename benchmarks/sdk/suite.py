"""Runs every contender through every row of the SDK's table, in turns, over the same loopback stub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

from benchmarks import setup, stub
from benchmarks.sdk.contenders.base import NAMES, SSE_EVENTS, Contender, load
from benchmarks.sdk.worker import CALLS
from benchmarks.stats import Figure, ratios

ROWS = ("get", "post", "list", "sse", "async", "in_flight")
RSS_CALLS = 100
RAW_IMPORT = "import httpx"
RAW_FIRST = """
import httpx, pydantic
class Answer(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    id: str
Answer.model_validate_json(httpx.Client().get("{url}").content).id
"""


@dataclass
class Result:
    """What one contender measured. Ratios are to raw httpx in the same round; smaller is better, but for events."""

    name: str
    version: str
    wheel_kb: float
    imports: Figure | None = None
    import_ms: Figure | None = None
    first: Figure | None = None
    rss_mb: Figure | None = None
    rows: dict[str, Figure] = field(default_factory=dict[str, Figure])
    events_per_second: Figure | None = None


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(setup.ROOT), "PYTHONDONTWRITEBYTECODE": "", "NO_COLOR": "1"}


def cpu_seconds(script: str) -> float:
    """User and system time of one fresh interpreter that runs `script`."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    process = subprocess.Popen([str(setup.PYTHON), "-W", "ignore", "-c", script], env=clean)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode} of: {script}")
    return used.ru_utime + used.ru_stime


def measure_starts(result: Result, contender: Contender, base: str, rounds: int) -> None:
    raw_first = RAW_FIRST.format(url=base + contender.raw["get"].path)
    scripts = ["pass", RAW_IMPORT, f"import {contender.module}", raw_first, contender.first.format(base=base)]
    for script in scripts:
        cpu_seconds(script)  # compiles what is not compiled yet
    imports: list[tuple[float, float]] = []
    firsts: list[tuple[float, float]] = []
    for _ in range(rounds):
        bare, raw_import, their_import, raw_answer, their_answer = (cpu_seconds(script) for script in scripts)
        imports.append((raw_import - bare, their_import - bare))
        firsts.append((raw_answer - bare, their_answer - bare))
    result.imports, result.first = ratios(imports), ratios(firsts)
    result.import_ms = Figure.of([1000 * theirs for _, theirs in imports])


def rss_mb(contender: Contender, base: str) -> float:
    """Resident memory of a process that has imported the SDK, made a client and called `get` a hundred times."""
    script = (
        f"import sys, warnings; warnings.simplefilter('ignore'); sys.path.insert(0, {str(setup.ROOT)!r})\n"
        + contender.first.format(base=base)
        + f"\nline = {contender.first.format(base=base).splitlines()[-1]!r}\n"
        + f"for _ in range({RSS_CALLS - 1}): eval(line)\n"
        + "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmRSS')))"
    )
    return int(setup.run([str(setup.PYTHON), "-c", script])) / 1024


def measure_row(result: Result, row: str, base: str, rounds: int) -> None:
    command = [str(setup.PYTHON), "-m", "benchmarks.sdk.worker", result.name, row, base, str(rounds)]
    done = subprocess.run(command, cwd=setup.ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{result.name} {row}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return
    pairs: list[tuple[float, float]] = json.loads(done.stdout.splitlines()[-1])
    result.rows[row] = ratios(pairs)
    if row == "sse":
        result.events_per_second = Figure.of([CALLS["sse"] * SSE_EVENTS / theirs for _, theirs in pairs])


def run(rounds: int, names: tuple[str, ...] = NAMES) -> list[Result]:
    contenders = {name: load(name) for name in names}
    routes = {key: canned for contender in contenders.values() for key, canned in contender.routes.items()}
    results = [Result(name, setup.version(c.package), setup.wheel_kb(c.package)) for name, c in contenders.items()]
    with stub.running(setup.OUT, routes) as base:
        for result in results:
            contender = contenders[result.name]
            print(f"  {contender.package} {result.version}", file=sys.stderr, flush=True)
            measure_starts(result, contender, base, rounds)
            if sys.platform == "linux":
                result.rss_mb = Figure.of([rss_mb(contender, base) for _ in range(3)])
            for row in ROWS:
                if row in contender.raw or row in ("async", "in_flight"):
                    measure_row(result, row, base, rounds)
    return results

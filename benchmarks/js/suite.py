"""Runs every contender through the rows of the TypeScript SDK's tables, in turns, over the same loopback stub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import setup, stub
from benchmarks.stats import Figure, ratios
from benchmarks.stub import Canned

HERE = Path(__file__).parent
OURS = "nodai"
CALLERS = (OURS, "openai", "anthropic", "stripe", "svix", "openapi-fetch", "ky")
STREAMERS = (OURS, "openai", "anthropic")
SCENARIOS = ("an event a chunk", "64 KB chunks", "1 MB event in 1 KB chunks")  # streams.mjs makes them
PATHS = (
    "GET /api/v1/runs/run_1", "POST /api/v1/workflows/wf_support/query",  # ours, openapi-fetch, ky and raw fetch
    "GET /v1/models/m", "POST /v1/chat/completions", "POST /v1/messages",  # openai and anthropic
    "GET /v1/customers/cus_1", "POST /v1/customers",  # stripe
    "GET /api/v1/app/app_1", "POST /api/v1/app",  # svix
)  # fmt: skip

Pair = tuple[float, float]  # of one round: by hand, and the contender


@dataclass(frozen=True)
class Effort:
    """How much is measured: `passes` over all contenders, each in a new process with `rounds` of `batch` ms."""

    passes: int
    rounds: int
    batch: int
    warm: int  # ms before that
    seconds: float  # after which a row of one process ends, whatever its rounds
    starts: int

    @property
    def text(self) -> str:
        return f"{self.passes} × {self.rounds} and {self.starts} starts"

    def options(self) -> str:
        return json.dumps({"rounds": self.rounds, "batch": self.batch, "warm": self.warm, "seconds": self.seconds})


FULL = Effort(passes=3, rounds=5, batch=20, warm=200, seconds=2, starts=15)
SMOKE = Effort(passes=1, rounds=2, batch=2, warm=5, seconds=0.2, starts=2)


@dataclass
class Result:
    """What one contender measured. Ratios are to the same by hand in the same round; less is better."""

    name: str
    package: str
    version: str
    sizes: dict[str, float]  # KB of 1024 bytes
    imports: Figure | None = None
    import_ms: Figure | None = None
    rounds: dict[str, list[Pair]] = field(default_factory=dict[str, list[Pair]])

    def ratio(self, row: str) -> Figure | None:
        return ratios(self.rounds[row]) if row in self.rounds else None

    def added_us(self, row: str) -> Figure | None:
        """Microseconds of CPU time that a call takes more than by hand."""
        return Figure.of([theirs - hand for hand, theirs in self.rounds[row]]) if row in self.rounds else None


@dataclass(frozen=True)
class Widget:
    element_kb: float
    loader_kb: float
    requests: int


@dataclass(frozen=True)
class Measured:
    results: list[Result]
    widget: Widget


def cpu_seconds(entry: Path) -> float:
    """User and system time of one fresh Node that runs `entry`."""
    process = subprocess.Popen(["node", str(entry)])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode} of node {entry.name}")
    return used.ru_utime + used.ru_stime


def measure_imports(results: list[Result], programs: dict[str, dict[str, str]], starts: int) -> None:
    folder = setup.OUT / "js"  # below benchmarks/, so that its node_modules is found
    folder.mkdir(exist_ok=True)
    empty = folder / "empty.mjs"
    empty.write_text("")
    for result in results:
        (folder / f"{result.name}.mjs").write_text(programs[result.name]["import"] + "\n", "utf-8")
        cpu_seconds(folder / f"{result.name}.mjs")  # brings the files into the system's cache
    pairs: dict[str, list[Pair]] = {}
    for number in range(starts):
        for result in results:
            pairs.setdefault(result.name, []).append(start_both(number, empty, folder / f"{result.name}.mjs"))
    for result in results:
        found = pairs[result.name]
        result.imports = ratios(found)
        result.import_ms = Figure.of([1000 * (theirs - bare) for bare, theirs in found])


def start_both(number: int, empty: Path, entry: Path) -> Pair:
    """Every other round begins with the other one, so that neither always gets the warmer machine."""
    if number % 2:
        theirs = cpu_seconds(entry)
        return cpu_seconds(empty), theirs
    return cpu_seconds(empty), cpu_seconds(entry)


def measure(result: Result, worker: str, *arguments: str) -> None:
    """Adds the rounds that one new process of a worker prints."""
    # Garbage is collected by the thread that made it: helpers that wait for a busy core would be counted too.
    command = ["node", "--expose-gc", "--single-threaded-gc", str(HERE / f"{worker}.mjs"), result.name, *arguments]
    done = subprocess.run(command, cwd=setup.ROOT, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "Error" in line), done.stderr[-500:])
        print(f"{result.name} {worker}: {reason}", file=sys.stderr)
        return
    rows: dict[str, list[Pair]] = json.loads(done.stdout.splitlines()[-1])
    for row, pairs in rows.items():
        result.rounds.setdefault(row, []).extend(pairs)


def weighed(programs: dict[str, dict[str, str]]) -> tuple[list[Result], Widget]:
    found = json.loads(setup.run(["node", str(HERE / "sizes.mjs")]))
    results: list[Result] = []
    for name, program in programs.items():
        sizes = {way: size / 1024 for way, size in found["sizes"][name].items()}
        results.append(Result(name, program["package"], setup.node_version(program["package"]), sizes))
    widget = found["widget"]
    return results, Widget(widget["element"] / 1024, widget["loader"] / 1024, widget["requests"])


def run(effort: Effort) -> Measured:
    setup.node_packages()
    setup.own_node_packages()
    programs = json.loads((HERE / "programs.json").read_text("utf-8"))
    results, widget = weighed(programs)
    measure_imports(results, programs, effort.starts)
    answer = Canned((HERE / "answer.json").read_bytes())
    with stub.running(setup.OUT, dict.fromkeys(PATHS, answer)) as base:
        for number in range(effort.passes):
            print(f"  pass {number + 1} of {effort.passes}", file=sys.stderr, flush=True)
            for result in results:
                if result.name in CALLERS:
                    measure(result, "calls", base, effort.options())
                if result.name in STREAMERS:
                    measure(result, "streams", effort.options())
    return Measured(results, widget)

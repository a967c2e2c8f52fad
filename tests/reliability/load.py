"""Servers to be killed: forks one per line on standard input, each of which calls without end and says what was
acknowledged. Run as `python -m tests.reliability.load DATABASE SECRET`."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from pathlib import Path

from nodai_mock.edge.admission import Admission
from nodai_mock.edge.call import Call
from nodai_mock.kernel.db import FileDatabase

from tests.stores.bench import Bench

THREADS = 8


def main(path: Path, secret: str) -> None:
    say("ready")
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            serve(path, secret)
        say(f"started {pid}")
        os.waitpid(pid, 0)
        say("dead")


def serve(path: Path, secret: str) -> None:
    """What a server does: take up what the one before left, then admit, work, settle and only then acknowledge."""
    bench = Bench(lambda clock, ids: FileDatabase(path, clock, ids), create=False)
    bench.clock.resume()
    bench.admission = Admission(bench.db, bench.keys, bench.limits, estimate, owner=bench.ids.new("srv_"))
    bench.db.write(bench.admission.recover)
    for number in range(THREADS):
        threading.Thread(target=call, args=(bench, secret, number), daemon=True).start()
    threading.Event().wait()


def call(bench: Bench, secret: str, number: int) -> None:
    operation = "workflows.query" if number % 2 else "workflows.start"
    for once in itertools.count():
        begun = bench.begin(secret, operation, headers={"idempotency-key": f"{os.getpid()}-{number}-{once}"})
        begun.cost = 1_000 + number
        bench.admission.settle(begun, 200, None, b"{}", "application/json")
        say(f"acknowledged {begun.request_id} {begun.cost}")


def estimate(call: Call, body: object) -> tuple[int, bool]:
    """Queries settle in the transaction of their admission, the others after it: a kill finds some in flight."""
    del body
    return 2_000, call.operation.id == "workflows.query"


def say(line: str) -> None:
    os.write(1, line.encode() + b"\n")  # one write: lines of threads and of processes never mix


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

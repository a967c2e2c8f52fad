"""Runs every test runner and closes with one plain line that sums them: `N passed, N failed`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sdk/js", "widget")


@dataclass(frozen=True)
class Tally:
    """What one runner's report counted."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def line(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def read_junit(report: Path) -> Tally:
    """Count a JUnit report; a missing or broken one counts as one failure, since its runner died."""
    try:
        root = ElementTree.parse(report).getroot()  # noqa: S314 - written by our own runner a moment ago
    except (OSError, ElementTree.ParseError):
        return Tally(failed=1)
    tally = Tally()
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            tally += Tally(failed=1)
        elif case.find("skipped") is not None:
            tally += Tally(skipped=1)
        else:
            tally += Tally(passed=1)
    return tally


def run_pytest(report: Path, arguments: list[str]) -> int:
    """`loadgroup` keeps a test marked `xdist_group` with its group, so that two heavy ones never share the cores."""
    workers = os.environ.get("NODAI_TEST_WORKERS", "auto")
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "loadgroup", f"--junitxml={report}"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


def run_vitest(report: Path, package: str) -> int:
    """The tests of one package of the npm workspace."""
    command = ["npx", "vitest", "run", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return subprocess.run(command, cwd=ROOT / package, check=False).returncode


def counted(run: Callable[[Path], int]) -> Tally:
    """What one runner's tests came to; a runner that ends in an error without a failed test is one failure."""
    with tempfile.TemporaryDirectory(prefix="nodai-test-") as folder:
        report = Path(folder) / "junit.xml"
        code = run(report)
        tally = read_junit(report)
    return tally + Tally(failed=1) if code and not tally.failed else tally


def main(arguments: list[str]) -> int:
    """Arguments are for pytest, and choose among its tests: the other runners are left out then."""
    tally = Tally()
    for package in () if arguments else PACKAGES:
        tally += counted(lambda report, package=package: run_vitest(report, package))
    tally += counted(lambda report: run_pytest(report, arguments))
    print(tally.line(), flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

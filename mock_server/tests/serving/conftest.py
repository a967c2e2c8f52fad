"""Servers as a person starts them: processes with a command line, in a folder of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "nodai_mock.cli"]
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment() -> dict[str, str]:
    """Without settings of the developer's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NODAI_")}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command to its end."""

    def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
            env={**environment(), **variables},
        )  # fmt: skip

    return command


@dataclass
class Serving:
    """A running server."""

    process: subprocess.Popen[str]
    base_url: str

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=40)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Start servers on free ports; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **variables: str) -> Serving:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=tmp_path, env={**environment(), **variables},
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                return Serving(process, "http://" + line.partition("http://")[2].split()[0])
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()

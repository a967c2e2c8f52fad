"""A server as its users start it: a process of its own, on a file that outlives it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "nodai-mock"


class ServedProcess:
    """`nodai-mock serve` on a database file; it can be ended, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base_url = ""
        self.shown = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self, *flags: str) -> None:
        own = {"NODAI_PORT": "0", "NODAI_DATABASE_URL": f"sqlite:///{self.folder}/e2e.db", "PYTHONUNBUFFERED": "1"}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NODAI_")} | own
        self._process = subprocess.Popen(
            [COMMAND, "serve", *flags], cwd=self.folder, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.shown = self.base_url = ""
        for line in self._process.stdout:
            self.shown += line
            if match := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line):
                self.base_url = match.group()
            if self.base_url and "print(" in line:
                return
        pytest.fail(f"the server ended:\n{self.shown}")

    def terminate(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        assert self._process is not None
        self._process.terminate()
        rest, _ = self._process.communicate(timeout=20)
        self.shown += rest
        return self._process.returncode

    def kill(self) -> None:
        """End it without asking."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=20)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedProcess]:
    served = ServedProcess(tmp_path)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def demo() -> dict[str, str]:
    """What `nodai-mock demo` prints."""
    command = [COMMAND, "demo", "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

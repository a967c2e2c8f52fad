"""A server as a newcomer starts it, for the pages that show how to use it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `tree` and `pages`

COMMAND = Path(sys.executable).parent / "nodai-mock"


def plain_environment() -> dict[str, str]:
    """The environment without this project's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NODAI_")}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that `nodai-mock serve` started, with the demo data."""
    folder = tmp_path_factory.mktemp("serve")
    environment = plain_environment() | {"NODAI_PORT": "0", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [COMMAND, "serve"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        shown: list[str] = []
        for line in server.stdout:
            shown.append(line)
            if match := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line):
                yield match.group()
                break
        else:
            pytest.fail("the server ended:\n" + "".join(shown))
        server.terminate()
        server.communicate(timeout=20)


@pytest.fixture(scope="session")
def demo() -> dict[str, str]:
    """What `nodai-mock demo` prints: the well-known keys."""
    printed = subprocess.run([COMMAND, "demo", "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)

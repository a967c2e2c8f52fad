"""Which way each part may look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tree import ROOT, by_hand, text


def test_imports_point_down() -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--config", ".importlinter", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_importing_the_packages_has_no_effect() -> None:
    """No environment read, no socket, no thread, no file, and nothing heavy."""
    script = """
import sys, threading
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event) if event.startswith(("socket.", "os.putenv")) else None)
import nodai, nodai_mock
assert not seen, seen
assert threading.active_count() == 1
heavy = {"httpx", "httpcore", "pydantic", "flask", "sqlalchemy", "ssl", "asyncio"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_lanes_and_compat_do_io_in_the_sdk() -> None:
    """One seam for I/O: everything around it is pure."""
    core = [name for name in by_hand(".py") if name.startswith("sdk/python/src/nodai/_core/")]
    speaking = {Path(name).stem for name in core if "import httpcore" in text(name) or "import httpx" in text(name)}
    assert core
    assert {stem for stem in speaking if not stem.startswith(("lanes", "compat", "foreign", "transport"))} == set()

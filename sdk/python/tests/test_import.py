"""Importing the package does nothing and costs next to nothing."""

from __future__ import annotations

import subprocess
import sys

import nodai
import pytest

PURE = """
import os, sys
reads = []
class Watched(dict):
    def __getitem__(self, name): reads.append(name); return super().__getitem__(name)
    def get(self, name, default=None): reads.append(name); return super().get(name, default)
os.environ = Watched(os.environ)
events = []
sys.addaudithook(lambda event, args: events.append(event))
before = set(sys.modules)
import nodai
print(sorted(set(sys.modules) - before))
print(reads, [event for event in events if event.split('.')[0] in ('socket', 'subprocess', 'ssl')])
import threading
print(threading.active_count())
"""
FIRST_CALL = """
import sys
import nodai
client = nodai.NodAI(api_key="nk_x", base_url="http://127.0.0.1:9", max_retries=0)
try:
    client.workflows.query("wf_1", input="hi")
except nodai.ConnectionFailed:
    pass
print([name for name in ("httpx", "httpcore", "anyio", "tenacity", "ssl", "asyncio") if name in sys.modules])
"""
TIME = "import time; t = time.process_time(); import nodai; print(time.process_time() - t)"


def run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_import_reads_no_environment_opens_nothing_and_loads_nothing_else() -> None:
    modules, effects, threads = run(PURE)
    assert modules == "['nodai']"
    assert effects == "[] []"
    assert threads == "1"


def test_import_takes_less_than_three_milliseconds() -> None:
    assert min(float(run(TIME)[0]) for _ in range(7)) < 0.003


def test_first_call_loads_only_what_it_needs() -> None:
    assert run(FIRST_CALL)[0] in {"[]", "['ssl']"}


def test_every_public_name_can_be_had_and_is_listed() -> None:
    from nodai._generated.lazy import EXPORTS

    assert set(EXPORTS) <= set(dir(nodai))
    for name in EXPORTS:
        assert getattr(nodai, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = nodai.Nothing  # pyright: ignore[reportAttributeAccessIssue]


def test_version_is_that_of_the_contract() -> None:
    from nodai._generated.version import VERSION

    assert nodai.__version__ == VERSION

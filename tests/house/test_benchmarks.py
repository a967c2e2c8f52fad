"""The benchmarks' own parts: a wrong tool measures nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from benchmarks import stub
from benchmarks.server.load import Load, Operation, by_hand, parse_wrk
from benchmarks.stats import Figure, ratios
from benchmarks.stub import Canned

ROUTES = {
    "GET /thing": Canned(b'{"id":1}'),
    "POST /thing": Canned(b'{"id":2}'),
    "POST /stream": Canned(content_type="text/event-stream", chunks=(b"data: 1\n\n", b"data: 2\n\n")),
}
WRK = """  Latency Distribution
     50%    1.10ms
     99%   12.50ms
  Non-2xx or 3xx responses: 3
  Socket errors: connect 0, read 1, write 0, timeout 2
Requests/sec:   4920.50
"""


@pytest.mark.parametrize("language", ["c", "python"])
def test_the_stub_answers_what_was_prepared(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if language == "python":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    elif not (shutil.which("cc") or shutil.which("gcc")):
        pytest.skip("no C compiler: the stub in Python stands in for it")
    with stub.running(tmp_path, ROUTES) as base:
        assert urllib.request.urlopen(f"{base}/thing?limit=5", timeout=10).read() == b'{"id":1}'
        assert urllib.request.urlopen(f"{base}/thing", b"{}", timeout=10).read() == b'{"id":2}'
        assert urllib.request.urlopen(f"{base}/stream", b"{}", timeout=10).read() == b"data: 1\n\ndata: 2\n\n"


async def test_the_own_loader_counts_what_was_answered(tmp_path: Path) -> None:
    with stub.running(tmp_path, ROUTES) as base:
        done = await by_hand(base, Operation("thing", "POST", "/thing", body="{}"), connections=4, seconds=0.2)
    assert done.requests_per_second > 100
    assert 0 < done.p99_ms < 1000
    assert done.failures == 0


def test_the_output_of_wrk_is_read() -> None:
    assert parse_wrk(WRK) == Load(4920.5, 12.5, 6)
    with pytest.raises(ValueError, match="not wrk"):
        parse_wrk("unable to connect")


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios([(1.0, 2.0), (10.0, 20.0), (2.0, 6.0)]) == Figure(2.0, 2.0, 2.5, 3)


def test_the_peers_modules_load_without_the_peers() -> None:
    """Contenders import their SDK only when they are called."""
    script = "from benchmarks.sdk.contenders.base import NAMES, load\nprint(len([load(name) for name in NAMES]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "5\n"

"""The benchmarks' own parts: a wrong tool measures nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from benchmarks import stub
from benchmarks.js import suite as js
from benchmarks.server.load import Load, Operation, by_hand, parse_wrk
from benchmarks.stats import Figure, ratios
from benchmarks.stub import Canned
from benchmarks.targets import JS_SIZES, js_verdicts

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


def test_the_javascript_harness_measures_by_hand_against_by_hand(tmp_path: Path) -> None:
    if not shutil.which("node"):
        assert "CI" not in os.environ
        pytest.skip("no Node")
    with stub.running(tmp_path, dict.fromkeys(js.PATHS, Canned((js.HERE / "answer.json").read_bytes()))) as base:
        found = js.Result("raw", "", "", {})
        js.measure(found, "calls", base, js.Effort(1, 3, 1, 1, 20, 1).options())
    assert set(found.rounds) == {f"{way} {call}" for way in ("stubbed", "loopback") for call in ("get", "post")}
    assert all(len(pairs) == 3 and min(min(pair) for pair in pairs) > 0 for pairs in found.rounds.values())


def test_every_javascript_contender_has_a_program_and_an_exact_pin() -> None:
    programs = json.loads((js.HERE / "programs.json").read_text("utf-8"))
    pins = json.loads((js.HERE.parent / "package.json").read_text("utf-8"))["dependencies"]
    assert set(js.CALLERS) | set(js.STREAMERS) <= set(programs)
    assert {program["package"] for name, program in programs.items() if name != js.OURS} <= set(pins)
    assert [pin for pin in pins.values() if not re.fullmatch(r"[\d.]+", pin)] == []
    assert set(JS_SIZES) <= set(programs[js.OURS]["sizes"])


@pytest.mark.parametrize(("factor", "met"), [(0.9, True), (1.1, False)])
def test_a_javascript_target_that_is_missed_is_told(factor: float, met: bool) -> None:
    sizes = {way: limit * factor for way, limit in JS_SIZES.items()}
    ours = js.Result(js.OURS, "@nodai/sdk", "0.1.0", sizes, Figure.of([1.1 * factor]))
    limits = {"stubbed get": 1.0, "loopback get": 1.5, "feed an event a chunk": 1.25}
    ours.rounds = {row: [(100.0, 100 * limit * factor)] for row, limit in limits.items()}
    told = js_verdicts(js.Measured([ours], js.Widget(14 * factor, 0.5 * factor, round(2.4 * factor))))
    measured = [one for one in told if one.measured != "not measured" and "by hand" not in one.what]
    assert len(measured) == 11
    assert {one.met for one in measured} == {met}
    assert not any(one.met for one in told if one.measured == "not measured")

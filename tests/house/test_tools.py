"""The scripts behind `make`: what they count, what they say when something is missing."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tree import ROOT


def script(name: str) -> ModuleType:
    """A file of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def only(tmp_path: Path, *commands: str) -> dict[str, str]:
    """An environment whose PATH has these commands and nothing else."""
    for command in commands:
        found = subprocess.run(["/bin/sh", "-c", f"command -v {command}"], capture_output=True, text=True, check=True)
        (tmp_path / command).symlink_to(found.stdout.strip())
    return {"PATH": str(tmp_path), "HOME": os.environ.get("HOME", "/")}


def test_without_python_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", ROOT / "tools" / "find-python"], env=only(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "apt install" in done.stderr


def installed_copy(tmp_path: Path) -> Path:
    """A tree in which the Python packages are installed already, as the stamp says."""
    root = tmp_path / "copy"
    for name in ("tools", "requirements"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("sdk/python", "mock_server"):
        (root / name).mkdir(parents=True)
        shutil.copy(ROOT / name / "pyproject.toml", root / name)
    (line,) = re.findall(r"sum=\$\((cat tools/setup .*)\)", (root / "tools" / "setup").read_text("utf-8"))
    stamp = subprocess.run(["/bin/sh", "-c", line], cwd=root, capture_output=True, text=True, check=True).stdout
    (root / ".venv").mkdir()
    for name in ("run", "dev"):
        (root / ".venv" / f".installed-{name}").write_text(stamp, "utf-8")
    return root


def test_without_node_serving_still_works_and_says_what_is_missing(tmp_path: Path) -> None:
    root = installed_copy(tmp_path)
    (tmp_path / "bin").mkdir()
    environment = only(tmp_path / "bin", "sh", "cat", "cksum", "dirname")
    setup = [root / "tools" / "setup"]
    served = subprocess.run([*setup, "run"], env=environment, capture_output=True, text=True, check=False)
    assert served.returncode == 0, served.stderr
    assert served.stderr.startswith("Node 20 or newer is missing: the server runs without it")
    tested = subprocess.run([*setup, "dev"], env=environment, capture_output=True, text=True, check=False)
    assert tested.returncode == 1
    assert tested.stderr.count("\n") == 1
    assert "Node 20 or newer" in tested.stderr


def test_a_report_is_counted_and_a_missing_one_is_a_failure(tmp_path: Path) -> None:
    test = script("test")
    report = tmp_path / "report.xml"
    cases = ["", "", "<failure/>", "<error/>", "<skipped/>"]
    report.write_text("".join(["<suite>", *(f"<testcase>{case}</testcase>" for case in cases), "</suite>"]), "utf-8")
    assert test.read_junit(report).line() == "2 passed, 2 failed, 1 skipped"
    assert test.read_junit(tmp_path / "none.xml").line() == "0 passed, 1 failed"
    assert (test.Tally(3) + test.Tally(4)).line() == "7 passed, 0 failed"


def test_a_broken_link_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = script("docs")
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# One\n\n[a](page.md#one) [b](page.md#two) [c](none.md) [d](https://nodai.example)\n", "utf-8")
    assert docs.broken_links(page) == ["page.md: page.md#two names no heading", "page.md: none.md leads nowhere"]


def test_the_makefile_lists_its_targets() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "serve", "test", "check", "generate", "bench", "docs", "build", "lock"):
        assert f"  make {target} " in listed

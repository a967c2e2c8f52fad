"""The typing promises: a user's script has no `Any`, and every public symbol has a known type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "typed" / "user_script.py"
ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
# pyright asks the first `python` in PATH where packages are.
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def test_the_sdk_and_a_users_script_are_clean_under_mypy_strict_and_the_script_has_no_any(tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = True\n[mypy-{SCRIPT.stem}]\ndisallow_any_expr = True\n", encoding="utf-8")
    cache = str(ROOT / ".mypy_cache" / "typing")
    places = (str(SCRIPT), "sdk/python/src/nodai")
    checked = run(sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", cache, *places)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_users_script_is_clean_under_pyright_strict(tmp_path: Path) -> None:
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    (tmp_path / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    checked = run(sys.executable, "-m", "pyright", cwd=tmp_path)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_public_symbol_has_a_known_type(tmp_path: Path) -> None:
    checked = run(
        sys.executable, "-m", "pyright", "--verifytypes", "nodai", "--ignoreexternal", "--outputjson", cwd=tmp_path
    )
    report = json.loads(checked.stdout)["typeCompleteness"]

    unknown = [symbol["fullName"] for symbol in report["symbols"] if not symbol["isTypeKnown"] and symbol["isExported"]]
    assert unknown == []
    assert report["completenessScore"] == pytest.approx(1)

"""`--check` sees every difference; writing touches only what differs and removes what is no longer made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.__main__ import ROOT, main
from codegen.write import drift, stale, write

OWNED = ("out/_generated",)
FILES = {"out/_generated/a.py": "A = 1\n", "out/_generated/b/c.py": "C = 1\n"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, FILES, OWNED)
    return tmp_path


def test_written_tree_has_no_drift(tree: Path) -> None:
    assert drift(tree, FILES, OWNED) == {}
    assert write(tree, FILES, OWNED) == []


def test_edited_line_is_found_and_shown(tree: Path) -> None:
    (tree / "out/_generated/a.py").write_text("A = 2\n")
    found = drift(tree, FILES, OWNED)
    assert list(found) == ["out/_generated/a.py"]
    assert "-A = 2" in found["out/_generated/a.py"]
    assert "+A = 1" in found["out/_generated/a.py"]


def test_missing_and_extra_files_are_found(tree: Path) -> None:
    (tree / "out/_generated/b/c.py").unlink()
    (tree / "out/_generated/old.py").write_text("")
    assert set(drift(tree, FILES, OWNED)) == {"out/_generated/b/c.py", "out/_generated/old.py"}


def test_file_that_the_contract_no_longer_makes_is_removed(tree: Path) -> None:
    (tree / "out/_generated/old.py").write_text("")
    assert write(tree, FILES, OWNED) == ["out/_generated/old.py"]
    assert stale(tree, FILES, OWNED) == []


def test_command_writes_checks_and_is_deterministic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "contract", tmp_path / "contract")
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    path = tmp_path / "sdk/python/src/nodai/_generated/operations.py"
    path.write_text(path.read_text().replace("POST", "PUT", 1))
    assert main(["--check"], tmp_path) == 1
    assert "sdk/python/src/nodai/_generated/operations.py differs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        ("paths: [", "while parsing"),
        ("- a list", "a fragment is a mapping"),
        ("components: {schemas: {Run: {type: string}}}", "already defined"),
    ],
)
def test_broken_contract_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fragment: str, message: str
) -> None:
    shutil.copytree(ROOT / "contract", tmp_path / "contract")
    (tmp_path / "contract" / "zzz.yaml").write_text(fragment)
    assert main([], tmp_path) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["contract"]


def test_working_tree_is_what_the_contract_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err

"""Formats the rendered files and writes them, or says where the working tree differs."""

from __future__ import annotations

import difflib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

OURS = "lint.isort.known-first-party=['nodai', 'nodai_mock']"
RUFF = ("--isolated", "--config", OURS, "--quiet", "--target-version", "py311", "--line-length", "120")
SHOWN = 12  # lines of a diff: enough to see what drifted


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """The same files after ruff: unused imports removed, imports sorted, one layout."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = {path: text for path, text in files.items() if path.endswith(".py")}
        for path, text in sources.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        _ruff("check", "--fix", "--exit-zero", "--no-cache", "--select", "F401,I", *RUFF, str(root))
        _ruff("format", "--no-cache", *RUFF, str(root))
        return {
            path: (root / path).read_text(encoding="utf-8") if path in sources else _tidy(text)
            for path, text in files.items()
        }


def _ruff(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "ruff", *arguments], check=True)  # noqa: S603 - fixed words and our own folder


def _tidy(text: str) -> str:
    """Markdown and HTML: no trailing blanks, no double empty lines, one newline at the end."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(kept).strip("\n") + "\n"


def drift(root: Path, files: Mapping[str, str], owned: Iterable[str]) -> dict[str, str]:
    """Path → a short diff, for every file that is missing, edited, or no longer made by the contract."""
    found = {path: _diff(root / path, text) for path, text in files.items()}
    found |= {path: f"{path}: the contract no longer makes this file" for path in stale(root, files, owned)}
    return {path: message for path, message in found.items() if message}


def _diff(path: Path, text: str) -> str:
    if not path.exists():
        return f"{path.name}: missing"
    current = path.read_text(encoding="utf-8")
    if current == text:
        return ""
    lines = difflib.unified_diff(current.splitlines(), text.splitlines(), "working tree", "contract", lineterm="", n=0)
    return "\n".join(list(lines)[:SHOWN])


def stale(root: Path, files: Mapping[str, str], owned: Iterable[str]) -> list[str]:
    there = (path for folder in owned for path in (root / folder).rglob("*") if path.is_file())
    names = (path.relative_to(root).as_posix() for path in there if "__pycache__" not in path.parts)
    return sorted(name for name in names if name not in files)


def write(root: Path, files: Mapping[str, str], owned: Iterable[str]) -> list[str]:
    """Writes what differs, removes what is stale, and returns the paths it touched."""
    touched = [path for path, text in files.items() if _diff(root / path, text)]
    for path in touched:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(files[path], encoding="utf-8")
    gone = stale(root, files, owned)
    for path in gone:
        (root / path).unlink()
    return touched + gone

"""The vector files: the runners of both languages read each, so that a new one cannot be forgotten in one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tree import ROOT, by_hand, text

VECTORS = ROOT / "tests" / "vectors"
# What an SDK has no part in: the server's own rules, and what its edge refuses.
OF_THE_SERVER = {"request", "limit", "money", "key"}


def kinds(folder: Path) -> dict[str, str]:
    """The vector files by name, and the kind that each says it is."""
    return {path.stem: json.loads(path.read_text("utf-8"))["kind"] for path in sorted(folder.glob("*.json"))}


def python_reads() -> set[str]:
    """The files that Python's runners load: by name, or in a tuple of names."""
    sources = "\n".join(text(name) for name in by_hand(".py") if name.startswith("tests/vectors/"))
    named = set(re.findall(r"""\bload\(["'](\w+)["']\)|"(\w+)\.json\"""", sources))
    return {name for pair in named for name in pair if name} | names_in(r"^EXCHANGES = \((.*)\)$", sources)


def typescript_reads() -> set[str]:
    """The files that the suite's lists name."""
    sources = text("sdk/js/tests/suite/vectors.ts")
    return names_in(r"^export const (?:EXCHANGES|WEBHOOKS|SHARED): string\[\] = \[(.*)\];$", sources)


def names_in(lists: str, sources: str) -> set[str]:
    return {
        name for found in re.findall(lists, sources, re.MULTILINE) for name in re.findall(r"""["'](\w+)["']""", found)
    }


def ignored(folder: Path) -> list[tuple[str, str]]:
    """File and language of every file that a language should run and does not."""
    python, typescript = python_reads(), typescript_reads()
    found = [(name, "Python") for name in kinds(folder) if name not in python]
    shared = [name for name, kind in kinds(folder).items() if kind not in OF_THE_SERVER]
    return found + [(name, "TypeScript") for name in shared if name not in typescript]


def test_every_vector_file_is_run_by_both_languages() -> None:
    assert len(typescript_reads()) > 5
    assert ignored(VECTORS) == []


def test_no_runner_names_a_file_that_is_not_there() -> None:
    assert (python_reads() | typescript_reads()) - kinds(VECTORS).keys() == set()


@pytest.mark.parametrize("kind", ["exchange", "webhook", "a new kind"])
def test_a_new_file_that_nobody_runs_is_found_in_both_languages(tmp_path: Path, kind: str) -> None:
    (tmp_path / "cancelling.json").write_text(json.dumps({"about": "New.", "kind": kind, "vectors": []}), "utf-8")

    assert ignored(tmp_path) == [("cancelling", "Python"), ("cancelling", "TypeScript")]

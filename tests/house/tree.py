"""The files of the repository, as git lists them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Written by tools, not by hand: length and style are theirs.
WRITTEN_BY_TOOLS = (
    "_generated/",
    "docs/reference/",
    "requirements/",
    "package-lock.json",
    "openapi.yaml",
    "LICENSE",
    "golden",
)


@cache
def files() -> tuple[str, ...]:
    """Tracked files and those that would be: paths from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def by_hand(*endings: str) -> list[str]:
    """Files that people write, with one of these endings (all, when none is given)."""
    mine = [name for name in files() if not any(part in name for part in WRITTEN_BY_TOOLS)]
    return [name for name in mine if not endings or name.endswith(endings)]


def text(name: str) -> str:
    """A file's text, or nothing for a binary one."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""

"""Derives the sync twin of async Python source: the same text without `async`, `await` and the `Async` prefix."""

import re
from pathlib import Path

CORE = "sdk/python/src/nodai/_core"
SHELLS = ("shell_async", "compat_async", "stream_async", "paging_async")  # hand-written; `<name>_sync.py` is derived

_RULES = (
    (re.compile(r"\basync (?=def|for|with)"), ""),
    (re.compile(r"\bawait "), ""),
    (re.compile(r"\bAsync(?=[A-Z])"), ""),
    (re.compile(r"\b__a(?=(enter|exit|iter|next)__)"), "__"),
    (re.compile(r"\baclose\b"), "close"),
    (re.compile(r"\baiter_(?=bytes)"), "iter_"),
    (re.compile(r"\ba(?=(next|iter)\()"), ""),
    (re.compile(r"\bnodai\._core\.(\w+)_async\b"), r"nodai._core.\1_sync"),
    (re.compile(r"\bStopAsyncIteration\b"), "StopIteration"),
)


def to_sync(source: str) -> str:
    for pattern, replacement in _RULES:
        source = pattern.sub(replacement, source)
    return source


def twins(root: Path) -> dict[str, str]:
    """The sync twin of every hand-written shell."""
    sources = [path for name in SHELLS if (path := root / CORE / f"{name}.py").exists()]
    return {f"{CORE}/{path.stem.removesuffix('_async')}_sync.py": _twin(path) for path in sources}


def _twin(path: Path) -> str:
    header = f"# Derived by `python -m codegen` from {path.name}; edit that file, never this one.\n"
    return header + to_sync(path.read_text(encoding="utf-8"))

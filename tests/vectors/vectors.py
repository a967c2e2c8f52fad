"""Reads the vector files; the Python runners beside it use this, other languages read the JSON themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Vector = dict[str, Any]


def load(name: str) -> list[Vector]:
    """The vectors of one file."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["vectors"]


def name(vector: Vector) -> str:
    return vector["id"]


SAMPLES: Vector = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))["samples"]
EXCHANGES = ("requests", "results", "errors", "retries", "pages", "streams")

"""Where the built files of the widget are: in the package, or in the workspace that the server runs from."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple, TypedDict

_PACKAGED = Path(__file__).parent.parent / "_static"
_WORKSPACE = _PACKAGED.parent.parent.parent.parent / "widget"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".cjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
HOW_TO_BUILD = "npm ci && npm run build"


class File(NamedTuple):
    """A file as it is served; `integrity` is what a page pins it with (Subresource Integrity, SHA-384)."""

    content: bytes
    content_type: str
    integrity: str


class Described(TypedDict):
    """A file as the manifest has it."""

    url: str
    integrity: str
    bytes: int


class Manifest(TypedDict):
    """Every file of the widget, by its name."""

    version: str
    files: dict[str, Described]


class Files:
    """The files below a folder. Only what is listed is ever read, so no path leads out."""

    def __init__(self, folder: Path, *, without: str = "") -> None:
        self._folder = folder
        self._without = without

    def names(self) -> dict[str, Path]:
        """Every file with a type that is served, by its path."""
        found: dict[str, Path] = {}
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            left_out = name.startswith(".") or (self._without and name.startswith(self._without))
            if path.suffix in _TYPES and not left_out and path.is_file():
                found[name] = path
        return found

    def get(self, name: str) -> File | None:
        path = self.names().get(name)
        return None if path is None else read(path)


class Widget:
    """What was built: the widget's files, the demo's, and the version of both."""

    def __init__(self, packaged: Path = _PACKAGED, workspace: Path = _WORKSPACE) -> None:
        root, is_packaged = (packaged, True) if (packaged / "widget").is_dir() else (workspace, False)
        self._package_file = root / "widget" / "package.json" if is_packaged else root / "package.json"
        self.files = Files(root / "widget" if is_packaged else root / "dist", without="demo/")
        self.demo = Files(root / "demo" if is_packaged else root / "dist" / "demo")

    @property
    def is_built(self) -> bool:
        return any(name.endswith(".js") for name in self.files.names())

    @property
    def version(self) -> str:
        """The version in its package.json, `0.0.0` without one."""
        try:
            return str(json.loads(self._package_file.read_bytes())["version"])
        except (OSError, ValueError, KeyError):
            return "0.0.0"

    def manifest(self) -> Manifest:
        version = self.version
        files: dict[str, Described] = {}
        for name, path in self.files.names().items():
            file = read(path)
            url = f"/widget/{version}/{name}"
            files[name] = {"url": url, "integrity": file.integrity, "bytes": len(file.content)}
        return {"version": version, "files": files}


def read(path: Path) -> File:
    """A file with its type and its hash."""
    content = path.read_bytes()
    integrity = "sha384-" + b64encode(hashlib.sha384(content).digest()).decode()
    return File(content, _TYPES[path.suffix], integrity)

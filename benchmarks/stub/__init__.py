"""The stub server that clients are measured against: it answers canned bytes, and costs the client nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Canned:
    """One prepared answer. `chunks` are sent as one HTTP chunk each, as a streaming server does."""

    body: bytes = b""
    content_type: str = "application/json"
    chunks: tuple[bytes, ...] = ()

    def wire(self) -> bytes:
        # The headers that a real API answers with: parsing them is part of what a client pays.
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {self.content_type}\r\nX-Request-Id: req_01kaj3v8m2f6q9t4x7b0c5d1eh\r\n"
            'RateLimit-Policy: "key";q=1000;w=3600\r\nRateLimit: "key";r=999;t=60\r\n'
        )
        if not self.chunks:
            return f"{head}Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body
        framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in self.chunks)
        return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + framed + b"0\r\n\r\n"


def write_routes(folder: Path, routes: dict[str, Canned]) -> None:
    """`routes` are keyed by method and path: `GET /api/v1/runs`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for number, (key, canned) in enumerate(sorted(routes.items())):
        (folder / f"{number}.http").write_bytes(canned.wire())
        lines.append(f"{key}\t{number}.http")
    (folder / "routes.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def command(out: Path) -> list[str]:
    """The stub in C where a compiler is, in Python where none is."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return [sys.executable, str(HERE / "fallback.py")]
    binary, source = out / "stub", HERE / "stub.c"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        subprocess.run([compiler, "-O2", "-pthread", str(source), "-o", str(binary)], check=True)
    return [str(binary)]


@contextmanager
def running(out: Path, routes: dict[str, Canned]) -> Generator[str]:
    """Serve `routes` on a free loopback port; gives the base address."""
    folder = out / "routes"
    write_routes(folder, routes)
    with subprocess.Popen([*command(out), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.wait(10)

"""The servers that are compared: how each is started, and what it calls itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import setup
from benchmarks.server.load import put_on

PROBE = "/api/v1/plans"
START_LIMIT_SECONDS = 60
CONTRACT = setup.ROOT / "openapi.yaml"


@dataclass(frozen=True)
class Server:
    name: str
    command: list[str]  # `{port}` in it
    environment: dict[str, str] = field(default_factory=dict[str, str])


def contenders(prism: Path | None) -> list[Server]:
    bin = setup.PYTHON.parent
    granian = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1", "--no-access-log"]
    flask = [str(bin / "granian"), *granian, "--log-level", "error", "benchmarks.server.flask_app:app"]
    ours = Server(
        "nodai-mock",
        [str(bin / "nodai-mock"), "serve", "--port", "{port}"],
        {"NODAI_DATABASE_URL": "sqlite:///{scratch}/bench.db"},
    )
    found = [ours, Server("Flask + pydantic", flask, {"PYTHONPATH": str(setup.ROOT)})]
    if prism is not None:
        mock = ["node", str(prism), "mock", str(CONTRACT), "--host", "127.0.0.1", "--port", "{port}"]
        found.append(Server("Prism, quiet", [*mock, "--verboseLevel", "silent"]))
        found.append(Server("Prism, as shipped", mock))
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the probe's path answers 200 now."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(f"GET {PROBE} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


@dataclass
class Running:
    server: Server
    process: subprocess.Popen[bytes]
    base: str
    first_200_seconds: float

    def rss_mb(self) -> float:
        """Resident memory of the process and of all that it started."""
        return sum(map(resident_kb, family(self.process.pid))) / 1024


def family(pid: int) -> list[int]:
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += family(int(path.parent.name))
    return found


def resident_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


@contextmanager
def running(server: Server, scratch: Path, cpu: int = 0) -> Generator[Running]:
    port = free_port()
    scratch.mkdir(parents=True, exist_ok=True)
    places = {"port": port, "scratch": scratch}
    own = {name: value.format(**places) for name, value in server.environment.items()}
    environment = {**os.environ, "PYTHONPATH": "", **own}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever installs a server has its bytecode
    with (scratch / "server.log").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            [part.format(**places) for part in server.command],
            cwd=setup.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: put_on(cpu),
        )
        try:
            while not answers(port):
                if process.poll() is not None or time.perf_counter() - started > START_LIMIT_SECONDS:
                    tail = (scratch / "server.log").read_text("utf-8", "replace")[-2000:]
                    raise RuntimeError(f"{server.name} did not answer:\n{tail}")
                time.sleep(0.002)
            yield Running(server, process, f"http://127.0.0.1:{port}", time.perf_counter() - started)
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

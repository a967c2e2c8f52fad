"""A load bounded in time on one loopback address: by wrk where it is installed, by an own loader otherwise."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True)
class Load:
    requests_per_second: float
    p99_ms: float
    failures: int  # answers other than 2xx, and broken connections


def put_on(cpu: int) -> None:
    """Bind this process to one core, so that server and load do not take turns on both."""
    if hasattr(os, "sched_setaffinity") and cpu < (os.cpu_count() or 1):
        os.sched_setaffinity(0, {cpu})


def run(base: str, operation: Operation, connections: int, seconds: float, scratch: Path, cpu: int = 1) -> Load:
    if urlsplit(base).hostname != "127.0.0.1":
        raise ValueError("the load goes to this machine only")
    if shutil.which("wrk") is not None:
        return by_wrk(base, operation, connections, seconds, scratch, cpu)
    arguments = json.dumps(
        {"base": base, "operation": asdict(operation), "connections": connections, "seconds": seconds}
    )
    command = [sys.executable, "-m", "benchmarks.server.load", str(cpu), arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


def by_wrk(base: str, operation: Operation, connections: int, seconds: float, scratch: Path, cpu: int) -> Load:
    script = scratch / f"{operation.name}.lua"
    headers = {**dict(operation.headers), **({"Content-Type": "application/json"} if operation.body else {})}
    lines = [f"wrk.method = {json.dumps(operation.method)}"]
    lines += [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()]
    lines += [f"wrk.body = {json.dumps(operation.body)}"] if operation.body else []
    script.write_text("\n".join(lines) + "\n", "utf-8")
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    done = subprocess.run(
        [*command, "-s", str(script), base + operation.path],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: put_on(cpu),
    )
    return parse_wrk(done.stdout)


def parse_wrk(text: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
    if rate is None or p99 is None:
        raise ValueError(f"not wrk's output:\n{text}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failures = int(refused[1]) if refused else 0
    failures += sum(map(int, broken.groups())) if broken else 0
    return Load(float(rate[1]), float(p99[1]) * UNITS[p99[2]], failures)


class Loader(asyncio.Protocol):
    """One connection that sends its request again as soon as the answer is whole."""

    def __init__(self, request: bytes, until: float, latencies: list[float]) -> None:
        self.request, self.until, self.latencies = request, until, latencies
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.buffer, self.failures, self.sent_at = b"", 0, 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        whole = len(self.buffer) >= end + 4 + int(length[1]) if length else self.buffer.endswith(b"0\r\n\r\n")
        if not whole:
            return
        now = time.perf_counter()
        self.latencies.append(now - self.sent_at)
        self.failures += head[9:10] != b"2"
        self.buffer = b""
        if now < self.until:
            self.send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.done.set_result(self.failures + (exc is not None))


async def by_hand(base: str, operation: Operation, connections: int, seconds: float) -> Load:
    address = urlsplit(base)
    body = operation.body.encode()
    headers = [f"{operation.method} {operation.path} HTTP/1.1", f"Host: {address.netloc}"]
    headers += [f"{name}: {value}" for name, value in operation.headers]
    headers += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    request = "\r\n".join(headers).encode() + b"\r\n\r\n" + body
    latencies: list[float] = []
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    loaders: list[Loader] = []
    for _ in range(connections):
        _, loader = await loop.create_connection(
            lambda: Loader(request, started + seconds, latencies), address.hostname or "127.0.0.1", address.port or 80
        )
        loaders.append(loader)
    failures = sum(await asyncio.wait_for(asyncio.gather(*(loader.done for loader in loaders)), seconds + 30))
    latencies.sort()
    return Load(
        len(latencies) / (time.perf_counter() - started), 1000 * latencies[int(len(latencies) * 0.99)], failures
    )


def main(cpu: int, text: str) -> None:
    put_on(cpu)
    given: dict[str, Any] = json.loads(text)
    operation: dict[str, Any] = given.pop("operation")
    headers = tuple((str(name), str(value)) for name, value in operation.pop("headers"))
    print(json.dumps(asdict(asyncio.run(by_hand(operation=Operation(**operation, headers=headers), **given)))))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

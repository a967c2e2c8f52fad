"""The stub server without a C compiler: the same routes and bytes, on asyncio."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    def __init__(self, routes: dict[bytes, bytes]) -> None:
        self.routes = routes
        self.buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            whole = end + 4 + content_length(head)
            if len(self.buffer) < whole:
                return
            self.buffer = self.buffer[whole:]
            method, target, _ = head.split(b" ", 2)
            self.transport.write(self.routes.get(method + b" " + target.split(b"?")[0], MISSING))


def content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(folder: Path) -> None:
    lines = (folder / "routes.tsv").read_text("utf-8").splitlines()
    routes = {key.encode(): (folder / file).read_bytes() for key, file in (line.split("\t") for line in lines)}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(routes), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # serves until standard input ends
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))

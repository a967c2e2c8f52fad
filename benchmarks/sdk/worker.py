"""One process that makes one contender's call and the same call by hand, in turns, and prints the CPU time of both.

Runs in the benchmarks' own environment: `python -m benchmarks.sdk.worker NAME ROW BASE ROUNDS`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
import warnings

import httpx

from benchmarks.sdk.contenders.base import AsyncCall, Call, Contender, Raw, load

Round = tuple[float, float]  # CPU seconds of raw httpx and of the contender, for the same number of calls
CALLS = {"get": 200, "post": 200, "list": 5, "sse": 2, "async": 200, "in_flight": 200}
IN_FLIGHT = 100


def raw_sse(client: httpx.Client, base: str, raw: Raw) -> int:
    """What somebody careful writes by hand: split the bytes at line ends, `json.loads` each data line."""
    count = 0
    rest = b""
    with client.stream(raw.method, base + raw.path, json=raw.body) as response:
        for piece in response.iter_bytes():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"data: ") and line != b"data: [DONE]":
                    json.loads(line[6:])
                    count += 1
    return count


def raw_call(client: httpx.Client, base: str, row: str, raw: Raw) -> Call:
    if row == "sse":
        return lambda: raw_sse(client, base, raw)
    if raw.body is not None:
        return lambda: client.post(base + raw.path, json=raw.body).json()
    return lambda: client.get(base + raw.path).json()


def measure(call: Call, times: int) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(times):
        call()
    return time.process_time() - started


def sync_rounds(contender: Contender, row: str, base: str, rounds: int) -> list[Round]:
    theirs = contender.calls(base)[row]
    with httpx.Client(headers={"X-API-Key": "benchmark"}) as client:
        by_hand = raw_call(client, base, row, contender.raw[row])
        for call in (by_hand, theirs):
            measure(call, max(2, CALLS[row] // 10))
        return [in_turns(number, by_hand, theirs, CALLS[row]) for number in range(rounds)]


def in_turns(number: int, by_hand: Call, theirs: Call, times: int) -> Round:
    """Every other round begins with the other one, so that neither always gets the warmer machine."""
    if number % 2:
        second = measure(theirs, times)
        return measure(by_hand, times), second
    return measure(by_hand, times), measure(theirs, times)


async def measure_async(call: AsyncCall, times: int, in_flight: int) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(times // in_flight):
        if in_flight == 1:
            await call()
        else:
            await asyncio.gather(*(call() for _ in range(in_flight)))
    return time.process_time() - started


async def async_rounds(contender: Contender, row: str, base: str, rounds: int) -> list[Round]:
    url = base + contender.raw["get"].path
    in_flight = IN_FLIGHT if row == "in_flight" else 1
    times = CALLS[row]
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=20)  # httpx's own defaults
    async with httpx.AsyncClient(headers={"X-API-Key": "benchmark"}, limits=limits, timeout=60) as client:

        async def by_hand() -> object:
            return (await client.get(url)).json()

        async with contender.async_get(base) as theirs:
            for call in (by_hand, theirs):
                await measure_async(call, in_flight * 2, in_flight)
            found: list[Round] = []
            for number in range(rounds):
                order: list[AsyncCall] = [by_hand, theirs] if number % 2 == 0 else [theirs, by_hand]
                spent = [await measure_async(call, times, in_flight) for call in order]
                found.append((spent[0], spent[1]) if number % 2 == 0 else (spent[1], spent[0]))
            return found


def main(name: str, row: str, base: str, rounds: int) -> list[Round]:
    contender = load(name)
    if row in ("async", "in_flight"):
        return asyncio.run(async_rounds(contender, row, base, rounds))
    return sync_rounds(contender, row, base, rounds)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # what peers warn about is theirs
    found = main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    print(json.dumps(found))

"""Writes what was measured as one page of Markdown."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.js.suite import OURS as OUR_JS
from benchmarks.js.suite import SCENARIOS, Measured
from benchmarks.js.suite import Result as Js
from benchmarks.sdk.suite import Result as Sdk
from benchmarks.server.suite import CONNECTIONS, OURS
from benchmarks.server.suite import Result as Server
from benchmarks.stats import Figure
from benchmarks.targets import Verdict, js_verdicts, sdk_verdicts, server_verdicts

HEAD = """# Benchmarks

`make bench` wrote this page on {date}, on {cpus} cores, {system}, Python {python}{node}. {mode}

Every figure is a median over rounds, with its quartiles in brackets. Contenders take turns within each round, and a
ratio is taken round by round, so that what disturbs the machine disturbs both sides. Compare ratios, not absolute
figures: those belong to this machine. Nothing left the loopback interface.
"""
SDK_HEAD = """## The Python SDK

Client CPU time (user and system) against a stub server that answers prepared bytes; ratios to a reused raw
`httpx.Client` that does the same exchange and `response.json()`, in the same process. Each SDK makes its own calls: a
single object, a create, a page of 1 000 objects, a stream of 2 000 events. Less is better; for events a second, more.

"""
JS_HEAD = """## The TypeScript SDK and the widget

Sizes are of a program that makes one call, checks a webhook or decodes server-sent events: bundled and minified by
esbuild, after gzip, in KB of 1 024 bytes. The packages are installed as from a registry. Times are CPU time of the
Node process, user and system. `import` is `node entry.mjs` with one import, to an empty script. `GET` and `POST` are a
typed call to a stubbed `fetch` that answers the same `Response`, in microseconds more than the same by hand; and the
same call to the stub server, as a ratio to raw `fetch`. Less is better.

"""
STREAMS_HEAD = """Streams are a client's own over a stubbed `fetch`, from bytes to parsed events, to a loop of `read()`,
`TextDecoder`, eventsource-parser and `JSON.parse`. The last columns are the decoder alone, from text to events, to
eventsource-parser's `feed`.

"""
SERVER_HEAD = """## The reference server

Each server on one core, the load on the other. `stateless` is `GET /api/v1/plans`. `verify` is
`POST /api/v1/key-verifications`: authenticated and logged by nodai-mock, canned elsewhere. `query` is
`POST /api/v1/workflows/wf_support/query`: nodai-mock authenticates, limits, charges and commits it to disk
(`synchronous=FULL`) before it answers; Prism and the hand-written Flask application only make an answer up. Prism
serves the same `openapi.yaml`.

"""
NOTES = Path(__file__).parent / "notes.md"  # by hand: what stands between a figure and its target
SDK_COLUMNS = (
    "import vs httpx", "import, ms", "import → first answer", "GET", "POST", "list of 1000", "stream", "events/s",
    "async", "async, 100 in flight", "RSS, MB", "wheel, KB",
)  # fmt: skip

JS_SIZES = ("one call", "webhooks", "sse")
JS_CALLS = ("get", "post")


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def cell(figure: Figure | None, places: int = 2) -> str:
    return "–" if figure is None else figure.text(places)


def sdk_table(results: list[Sdk]) -> str:
    rows: list[list[str]] = []
    for one in results:
        label = f"**{one.name} {one.version}**" if one.name == "nodai" else f"{one.name} {one.version}"
        calls = [cell(one.rows.get(row)) for row in ("get", "post", "list", "sse")]
        flight = [cell(one.rows.get(row)) for row in ("async", "in_flight")]
        start = [cell(one.imports), cell(one.import_ms, 1), cell(one.first)]
        memory = cell(one.rss_mb and Figure.of([one.rss_mb.median]), 1)
        rows.append([label, *start, *calls, cell(one.events_per_second, 0), *flight, memory, f"{one.wheel_kb:,.0f}"])
    return table(["", *SDK_COLUMNS], rows)


def js_table(results: list[Js]) -> str:
    rows: list[list[str]] = []
    for one in results:
        sizes = [f"{one.sizes[way]:.2f}" if way in one.sizes else "–" for way in JS_SIZES]
        start = [cell(one.imports), cell(one.import_ms, 1)]
        added = [cell(one.added_us(f"stubbed {row}"), 1) for row in JS_CALLS]
        ratio = [cell(one.ratio(f"loopback {row}")) for row in JS_CALLS]
        rows.append([js_label(one), *sizes, *start, *added, *ratio])
    sizes = [f"{way}, KB" for way in ("one call", "webhooks", "SSE")]
    added = [f"{row.upper()}, µs more" for row in JS_CALLS]
    ratio = [f"{row.upper()} vs fetch" for row in JS_CALLS]
    return table(["", *sizes, "import vs empty", "import, ms", *added, *ratio], rows)


def streams_table(results: list[Js]) -> str:
    ways = [f"{way} {scenario}" for way in ("stream", "feed") for scenario in SCENARIOS]
    streaming = [one for one in results if one.ratio(ways[0])]
    rows = [[js_label(one), *(cell(one.ratio(way)) for way in ways)] for one in streaming]
    return table(["", *SCENARIOS, *(f"decoder: {scenario}" for scenario in SCENARIOS)], rows)


def js_label(one: Js) -> str:
    return f"**{one.package} {one.version}**" if one.name == OUR_JS else f"{one.package} {one.version}"


def js_part(measured: Measured) -> list[str]:
    tables = [JS_HEAD + js_table(measured.results), STREAMS_HEAD + streams_table(measured.results)]
    return [*tables, verdict_table(js_verdicts(measured))]


def server_table(results: list[Server], versions: dict[str, str]) -> str:
    rows: list[list[str]] = []
    for one in results:
        label = f"{one.name} {versions.get(one.name, '')}".strip()
        cells = [f"**{label}**" if one.name == OURS else label, cell(one.first_200), f"{one.memory_mb:,.0f}"]
        for name in ("stateless", "verify", "query"):
            for connections in CONNECTIONS:
                row = (name, connections)
                failed = f", {one.failures(row)} failed" if one.failures(row) else ""
                cells.append(f"{one.rps(row).median:,.0f}, {one.p99_ms(row).median:,.1f}{failed}")
        rows.append(cells)
    names = ("stateless", "verify", "query")
    head = [
        "",
        "first 200, s",
        "memory, MB",
        *(f"{name}, {count}: rps, p99 ms" for name in names for count in CONNECTIONS),
    ]
    return table(head, rows)


def verdict_table(verdicts: list[Verdict]) -> str:
    rows = [[one.what, one.target, one.measured, "met" if one.met else "**not met**"] for one in verdicts]
    return table(["target", "", "measured", ""], rows)


def page(
    sdk: list[Sdk], js: Measured | None, server: list[Server], versions: dict[str, str], node: str, rounds: str
) -> str:
    facts = {
        "date": datetime.now(UTC).date().isoformat(),  # when the page was made, not a time that the product sees
        "cpus": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "node": f", Node {node}" if node else "",
        "mode": rounds,
    }
    parts = [HEAD.format(**facts)]
    if sdk:
        ours = [one for one in sdk if one.name == "nodai"]
        parts += [SDK_HEAD + sdk_table(sdk)] + [verdict_table(sdk_verdicts(one)) for one in ours]
    if js:
        parts += js_part(js)
    if server:
        parts += [SERVER_HEAD + server_table(server, versions), verdict_table(server_verdicts(server))]
    parts.append(NOTES.read_text("utf-8"))
    return "\n".join(parts)

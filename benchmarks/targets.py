"""What the project set out to reach, and whether a run reached it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.js.suite import OURS as OUR_JS
from benchmarks.js.suite import SCENARIOS, Measured
from benchmarks.sdk.suite import Result as Sdk
from benchmarks.server.suite import HAND_WRITTEN, OURS, PRISM
from benchmarks.server.suite import Result as Server
from benchmarks.stats import Figure


@dataclass(frozen=True)
class Verdict:
    what: str
    target: str
    measured: str
    met: bool


def most(what: str, measured: Figure | None, limit: float, unit: str = "") -> Verdict:
    """The median may be `limit` at most."""
    if measured is None:
        return Verdict(what, f"≤ {limit:g}{unit}", "not measured", False)
    return Verdict(what, f"≤ {limit:g}{unit}", f"{measured.text()}{unit}", measured.median <= limit)


def least(what: str, measured: Figure, limit: float) -> Verdict:
    return Verdict(what, f"≥ {limit:g}×", f"{measured.text()}×", measured.median >= limit)


def sdk_verdicts(ours: Sdk) -> list[Verdict]:
    rows = ours.rows
    return [
        most("import, to `import httpx`", ours.imports, 0.15, "×"),
        most("import, over bare Python", ours.import_ms, 3, " ms"),
        most("import → first typed answer, to raw httpx + pydantic", ours.first, 1.10, "×"),
        most("GET", rows.get("get"), 0.50, "×"),
        most("POST", rows.get("post"), 0.58, "×"),
        most("list of 1000", rows.get("list"), 1.5, "×"),
        most("an event of a stream, to `json.loads` per line", rows.get("sse"), 1.4, "×"),
        most("async GET", rows.get("async"), 0.55, "×"),
        most("async GET, 100 in flight", rows.get("in_flight"), 0.15, "×"),
        most("resident memory", ours.rss_mb, 36, " MB"),
        most("wheel", Figure.of([ours.wheel_kb]), 150, " KB"),
    ]


JS_SIZES = {"one call": 5, "one function": 3.5, "everything": 7, "webhooks": 1, "sse": 0.8}  # KB
JS_STREAMS = dict(zip(SCENARIOS, (1.25, 1.5, 1.2), strict=True))


def js_verdicts(measured: Measured) -> list[Verdict]:
    ours = next(one for one in measured.results if one.name == OUR_JS)
    widget = measured.widget
    verdicts = [most(f"size, {way}", exactly(ours.sizes[way]), limit, " KB") for way, limit in JS_SIZES.items()]
    verdicts.append(most("import, to an empty script", ours.imports, 1.10, "×"))
    for call in ("get", "post"):
        verdicts.append(most(f"{call.upper()}, more than by hand", ours.added_us(f"stubbed {call}"), 10, " µs"))
        verdicts.append(most(f"{call.upper()}, to raw fetch", ours.ratio(f"loopback {call}"), 1.5, "×"))
    for scenario, limit in JS_STREAMS.items():
        title = f"decoder, {scenario}, to eventsource-parser's feed"
        verdicts.append(most(title, ours.ratio(f"feed {scenario}"), limit, "×"))
    return [
        *verdicts,
        most("widget", exactly(widget.element_kb), 14, " KB"),
        most("widget, its loader", exactly(widget.loader_kb), 0.5, " KB"),
        Verdict("widget, requests until it works", "≤ 2", str(widget.requests), widget.requests <= 2),
    ]


def exactly(value: float) -> Figure:
    return Figure.of([value])


def server_verdicts(results: list[Server]) -> list[Verdict]:
    by_name = {result.name: result for result in results}
    ours, hand, prism = by_name[OURS], by_name[HAND_WRITTEN], by_name.get(PRISM)
    verdicts = [
        most("first 200", ours.first_200, 0.45, " s"),
        most("memory after load", Figure.of([ours.memory_mb]), 90, " MB"),
    ]
    for connections in (16, 64):
        row = ("stateless", connections)
        verdicts.append(
            least(f"stateless GET, {connections} connections, to Flask + pydantic", ours.ratio(hand, row), 0.95)
        )
    if prism is None:
        return verdicts
    start = Figure.of([ours.first_200.median / prism.first_200.median])
    verdicts.insert(1, most("first 200, to Prism", start, 0.3, "×"))
    for connections in (16, 64):
        for name, title in (("stateless", "stateless GET"), ("verify", "key verification (POST)")):
            row = (name, connections)
            verdicts.append(least(f"{title}, {connections} connections, to Prism quiet", ours.ratio(prism, row), 2.2))
    for connections, ratio, p99 in ((16, 0.9, 15), (64, 1.2, 40)):
        row = ("query", connections)
        title = f"durable query, {connections} connections"
        verdicts.append(least(f"{title}, to Prism's stateless POST", ours.ratio(prism, row), ratio))
        verdicts.append(most(f"{title}, p99", ours.p99_ms(row), p99, " ms"))
    return verdicts

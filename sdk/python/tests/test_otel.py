"""OpenTelemetry: what a trace shows of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import nodai
import pytest
from nodai.otel import OpenTelemetry
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from tests.vectors.vectors import SAMPLES, load

Serve = Callable[[httpx.Request], httpx.Response]
WHOLE_STREAM = "".join(load("streams")[0]["exchange"][0]["sse"])


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def reader() -> InMemoryMetricReader:
    return InMemoryMetricReader()


@pytest.fixture
def telemetry(exporter: InMemorySpanExporter, reader: InMemoryMetricReader) -> Iterator[OpenTelemetry]:
    traces, meters = TracerProvider(), MeterProvider([reader])
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    yield OpenTelemetry(traces, meters)
    traces.shutdown()
    meters.shutdown()


def client(serve: Serve, telemetry: OpenTelemetry) -> nodai.NodAI:
    http = httpx.Client(transport=httpx.MockTransport(serve))
    client = nodai.NodAI("nk_test", http_client=http, base_url="http://nodai.test", middleware=[telemetry])
    client.sleep = lambda _: None
    return client


def one(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_call_is_one_client_span_with_its_cost(exporter: InMemorySpanExporter, telemetry: OpenTelemetry) -> None:
    seen: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["traceparent"])
        return httpx.Response(200, json=SAMPLES["run"], headers={"X-Request-Id": "req_1"})

    client(serve, telemetry).workflows.query("wf_support", input="Hi")

    span = one(exporter)
    assert (span.name, span.kind) == ("POST /api/v1/workflows/{}/query", SpanKind.CLIENT)
    assert span.context is not None
    assert [header[:52] for header in seen] == [f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}"]
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "nodai.cost_usd": "0.002000",
        "nodai.operation": "workflows.query",
        "nodai.request_id": "req_1",
        "server.address": "nodai.test",
        "server.port": 80,
        "url.full": "http://nodai.test/api/v1/workflows/wf_support/query",
        "url.template": "/api/v1/workflows/{}/query",
    }


def test_repetitions_are_events_of_the_span(exporter: InMemorySpanExporter, telemetry: OpenTelemetry) -> None:
    answers = iter([httpx.Response(503), httpx.Response(200, json=SAMPLES["workflow"])])
    client(lambda _: next(answers), telemetry).workflows.get("wf_support")

    span = one(exporter)
    assert [(event.name, dict(event.attributes or {})) for event in span.events] == [
        ("attempt failed", {"error.type": "ServiceUnavailableError", "nodai.attempt": 1})
    ]
    assert (span.attributes or {})["http.request.resend_count"] == 1
    assert span.status.status_code is StatusCode.UNSET


def test_a_failure_is_an_error_of_the_span_by_its_code(
    exporter: InMemorySpanExporter, reader: InMemoryMetricReader, telemetry: OpenTelemetry
) -> None:
    problem = load("errors")[0]["exchange"][0]["problem"] | {"status": 404, "code": "not_found"}
    caller = client(lambda _: httpx.Response(404, json=problem), telemetry)

    with pytest.raises(nodai.NotFound):
        caller.workflows.get("wf_none")

    assert one(exporter).status.status_code is StatusCode.ERROR
    assert (one(exporter).attributes or {})["error.type"] == "not_found"
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
    (point,) = metric.data.data_points
    assert metric.name == "http.client.request.duration"
    assert dict(point.attributes or {})["error.type"] == "not_found"


def test_a_stream_is_a_span_until_it_ends(exporter: InMemorySpanExporter, telemetry: OpenTelemetry) -> None:
    events = httpx.Response(200, text=WHOLE_STREAM, headers={"Content-Type": "text/event-stream"})
    with client(lambda _: events, telemetry).workflows.stream("wf_support", input="Hi") as stream:
        next(iter(stream))
        assert exporter.get_finished_spans() == ()
        stream.final_run()
        assert one(exporter).status.status_code is StatusCode.UNSET

    assert len(exporter.get_finished_spans()) == 1

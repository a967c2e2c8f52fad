"""OpenTelemetry for a client's calls: `NodAI(middleware=[OpenTelemetry()])`; needs `nodai-python[otel]`.

One client span for each call, by the HTTP semantic conventions, with its repetitions as events and its cost; the trace
context travels with the request. One duration histogram, `http.client.request.duration`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

try:
    from opentelemetry import metrics, propagate, trace
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ImportError as _missing:
    raise ImportError("OpenTelemetry is not installed: pip install 'nodai-python[otel]'.") from _missing

from nodai._core.errors import APIError
from nodai._core.hooks import Middleware
from nodai._generated.version import VERSION

if TYPE_CHECKING:
    from nodai._core.engine import Call
    from nodai._core.errors import NodAIError
    from nodai._core.meta import Meta

_SPAN, _STATUS = "otel.span", "otel.status"  # in Call.context


class OpenTelemetry(Middleware):
    """Traces and measures calls, with the providers of the application unless you give others."""

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
    ) -> None:
        self._tracer = trace.get_tracer("nodai", VERSION, tracer_provider)
        self._seconds = metrics.get_meter("nodai", VERSION, meter_provider).create_histogram(
            "http.client.request.duration", unit="s", description="How long calls took, repetitions included."
        )

    def started(self, call: Call) -> None:
        url = urlsplit(call.url)
        span = self._tracer.start_span(
            f"{call.method} {'{}'.join(call.op.path)}",
            kind=SpanKind.CLIENT,
            attributes={
                "http.request.method": call.method,
                "url.full": call.url,
                "url.template": "{}".join(call.op.path),
                "server.address": url.hostname or "",
                "server.port": url.port or (443 if url.scheme == "https" else 80),
                "nodai.operation": call.op.id,
            },
        )
        call.context[_SPAN] = span
        carrier: dict[str, str] = {}
        propagate.inject(carrier, trace.set_span_in_context(span))
        for name, value in carrier.items():
            call.set_header(name, value)

    def received(self, call: Call, meta: Meta) -> None:
        call.context[_STATUS] = meta.status
        span = _span(call)
        if not span.is_recording():
            return
        span.set_attribute("http.response.status_code", meta.status)
        if meta.request_id is not None:
            span.set_attribute("nodai.request_id", meta.request_id)
        if meta.cost_usd is not None:
            span.set_attribute("nodai.cost_usd", str(meta.cost_usd))

    def failed(self, call: Call, error: NodAIError) -> None:
        _span(call).add_event("attempt failed", {"error.type": _kind(error), "nodai.attempt": call.attempts})

    def ended(self, call: Call, error: BaseException | None) -> None:
        span = _span(call)
        measured = {"http.request.method": call.method, "nodai.operation": call.op.id}
        if call.attempts > 1:
            span.set_attribute("http.request.resend_count", call.attempts - 1)
        if _STATUS in call.context:
            measured["http.response.status_code"] = call.context[_STATUS]
        if error is not None:
            measured["error.type"] = _kind(error)
            span.set_attribute("error.type", _kind(error))
            span.set_status(Status(StatusCode.ERROR, str(error)))
        span.end()
        self._seconds.record(call.core.clock() - call.started, measured)


def _span(call: Call) -> trace.Span:
    span: trace.Span = call.context.get(_SPAN, trace.INVALID_SPAN)
    return span


def _kind(error: BaseException) -> str:
    """The problem's code, else the class of the error."""
    return (error.code if isinstance(error, APIError) else "") or type(error).__name__

"""Streams of typed events, and the classes of those events."""

from __future__ import annotations

from nodai._core.stream_async import AsyncStream as AsyncStream
from nodai._core.stream_sync import Stream as Stream
from nodai._generated.models import OutputDelta as OutputDelta
from nodai._generated.models import RunCompleted as RunCompleted
from nodai._generated.models import RunStarted as RunStarted
from nodai._generated.models import StreamError as StreamError
from nodai._generated.models import StreamEvent as StreamEvent
from nodai._generated.models import UnknownStreamEvent as UnknownStreamEvent

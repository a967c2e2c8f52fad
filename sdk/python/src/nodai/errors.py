"""The error tree.

NodAIError                     every error of this package: message, status, request_id, body, meta, retry_at
├── ConfigurationError         the client cannot work as it was set up (also a ValueError)
├── RequestInvalid             the arguments cannot become a request; nothing was sent (also a ValueError)
├── ClientClosed               the client was closed before the call
├── LimitReached               the limiter refused to spend a call; nothing was sent
├── ConnectionFailed           no answer came (also a ConnectionError)
│   └── TimedOut               a wait longer than `timeout`, or a call longer than `deadline` (also a TimeoutError)
├── ResponseInvalid            an answer that is not what the contract says
├── WebhookInvalid             a webhook that is not what its signature says (also a ValueError)
└── APIError                   the server refused: status, code, problem
    ├── Redirected             3xx, never followed
    └── one class per status   one class per code under it, with the facts of that code as typed properties
"""

from __future__ import annotations

from nodai._core.errors import APIError as APIError
from nodai._core.errors import ClientClosed as ClientClosed
from nodai._core.errors import ConfigurationError as ConfigurationError
from nodai._core.errors import ConnectionFailed as ConnectionFailed
from nodai._core.errors import LimitReached as LimitReached
from nodai._core.errors import NodAIError as NodAIError
from nodai._core.errors import Redirected as Redirected
from nodai._core.errors import RequestInvalid as RequestInvalid
from nodai._core.errors import ResponseInvalid as ResponseInvalid
from nodai._core.errors import TimedOut as TimedOut
from nodai._core.errors import WebhookInvalid as WebhookInvalid
from nodai._generated.errors import *  # noqa: F403 # pyright: ignore[reportWildcardImportFromLibrary]

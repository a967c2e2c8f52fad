"""Lists that page by themselves: `for key in client.api_keys.list()`."""

from __future__ import annotations

from nodai._core.page import Page as Page
from nodai._core.paging_async import AsyncPages as AsyncPages
from nodai._core.paging_sync import Pages as Pages

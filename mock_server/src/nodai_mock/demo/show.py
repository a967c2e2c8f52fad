"""How the demo is shown: as JSON, a table or environment lines, and as the banner of `serve`."""

from __future__ import annotations

import json
from typing import Literal

from nodai_mock.demo.data import DEMO

Format = Literal["json", "table", "env"]
_NAMES = ("secret_key", "limited_key", "budget_key", "publishable_key", "workflow_id")
_WHAT = {
    "base_url": "where the server is",
    "secret_key": "may do everything",
    "limited_key": "5 requests an hour, then 429",
    "budget_key": "$0.01 a month, 5 queries, then 402",
    "publishable_key": "for pages on localhost",
    "workflow_id": "$0.002 a query",
}
_QUESTION = "How do I reset my password?"


def credentials(base_url: str, *, key_prefix: str = "nk_") -> dict[str, str]:
    """What a script needs to try the server out."""
    found = {"base_url": base_url}
    for name in _NAMES:
        value: str = getattr(DEMO, name)
        found[name] = key_prefix + value.removeprefix("nk_") if name.endswith("_key") else value
    return found


def render(format: Format, base_url: str, *, key_prefix: str = "nk_") -> str:
    """The same for scripts (`json`), for eyes (`table`) or for a shell's `eval` (`env`)."""
    found = credentials(base_url, key_prefix=key_prefix)
    if format == "json":
        return json.dumps(found, indent=2)
    if format == "env":
        names = {"base_url": "NODAI_BASE_URL", "secret_key": "NODAI_API_KEY"}
        return "\n".join(f"export {names.get(name, f'NODAI_{name.upper()}')}={value}" for name, value in found.items())
    width = max(map(len, found))
    longest = max(map(len, found.values()))
    return "\n".join(f"{name:<{width}}  {value:<{longest}}  {_WHAT[name]}" for name, value in found.items())


def banner(base_url: str, *, key_prefix: str = "nk_", widget: str = "") -> str:
    """What `serve` prints: the address, the key, how it stands with the `widget`, and lines to paste."""
    key = credentials(base_url, key_prefix=key_prefix)["secret_key"]
    return f"""NodAI reference server on {base_url}   (docs: {base_url}/docs · contract: {base_url}/openapi.yaml)
Demo key: {key}   (more: nodai-mock demo)
{widget}
  curl -s {base_url}/api/v1/workflows/{DEMO.workflow_id}/query \\
    -H 'X-API-Key: {key}' \\
    -H 'Content-Type: application/json' -d '{{"input": "{_QUESTION}"}}'

  from nodai import NodAI
  client = NodAI(api_key="{key}", base_url="{base_url}")
  print(client.workflows.query("{DEMO.workflow_id}", input="{_QUESTION}").output)
"""

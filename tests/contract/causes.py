"""For each problem code a real cause, on any operation that can answer it."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.contract.tour import SUPPORT, Tour

Document = dict[str, Any]
NOWHERE = "http://127.0.0.1:9/"
FAR = {"X-Mock-Client-Ip": "198.51.100.9"}
MAX_BYTES = 1_048_576
# What only chance or a race would bring about is asked for: the server fails, or the same request still runs.
ASKED_FOR = ("internal_error", "unavailable", "idempotency_in_progress")
ANOTHER = {
    "metadata": {"again": "yes"},
    "name": "Another",
    "note": "Another",
    "grace_seconds": 1,
    "secret": "nk_another",
    "expires_in_seconds": 60,
}


def secret_of(body: str) -> str:
    """A secret with a right checksum."""
    return f"nk_{body}{zlib.crc32(body.encode()):08x}"


SMALL, FULL = secret_of("5" * 56), secret_of("6" * 56)
ORGANIZATIONS: list[Document] = [
    {
        "id": "org_small", "name": "Small", "plan_id": "free", "requests_per_minute": 1_000_000,
        "workflows": [{"id": "wf_small", "name": "Small", "engine": {"type": "echo"}}],
        "keys": [{"id": "key_small", "name": "Small", "secret": SMALL, "scopes": ["*"],
                  "rate_limit": {"limit": 1_000_000, "window_seconds": 60},
                  "bucket": {"capacity": 1_000_000, "refill": 1_000_000, "period_seconds": 1}}],
    },
    {
        "id": "org_full", "name": "Full", "plan_id": "free",
        "keys": [{"id": "key_full", "name": "Full", "secret": FULL, "scopes": ["*"]},
                 {"id": "key_full2", "name": "Second", "secret": secret_of("7" * 56), "scopes": ["*"]}],
    },
]  # fmt: skip


class Causes:
    """Keys that are each refused for one reason; the clock stands still, so that nothing heals meanwhile."""

    def __init__(self, tour: Tour) -> None:
        self.tour = tour
        soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        keys = {
            "key_revoked": tour.key(["*"]),
            "key_disabled": tour.key(["*"]),
            "key_expired": tour.key(["*"], expires_at=soon),
            "ip_not_allowed": tour.key(["*"], allowed_ips=["203.0.113.0/24"]),
            "origin_not_allowed": tour.key(["*"], allowed_origins=["https://shop.example"]),
            "insufficient_scope": tour.key(["audit:read"]),
            "workflow_not_allowed": tour.key(["*"], workflow_ids=["wf_of_nobody"]),
            "rate_limited": tour.key(["*"], rate_limit={"limit": 1, "window_seconds": 3600}),
            "burst_limited": tour.key(["*"], rate_limit={"limit": 100_000, "window_seconds": 60}),
            "request_exceeds_cost_limit": tour.key(["*"], cost_limit_usd="0.000001"),
            "cost_limit_exceeded": tour.key(["*"], cost_limit_usd="0.002000"),
            "cost_limit_reserved": tour.key(["*"], cost_limit_usd="0.003000"),
        }
        self.ids = {code: key["id"] for code, key in keys.items()}
        self.secrets = {code: key["secret"] for code, key in keys.items()} | {
            "quota_exceeded": SMALL, "plan_limit_reached": FULL, "missing_api_key": None,
            "malformed_api_key": "nk_mistyped", "invalid_api_key": secret_of("8" * 56),
        }  # fmt: skip
        self.run = tour.run()
        self.keys_only = tour.key(["keys:read"])["secret"]
        self._use_up()

    def _use_up(self) -> None:
        tour = self.tour
        tour.send("api_keys.revoke", ids={"key_id": self.ids["key_revoked"]})
        tour.send("api_keys.update", ids={"key_id": self.ids["key_disabled"]}, body={"active": False})
        tour.send("mock.clock.advance", body={"duration": "PT2H"})
        tour.send("mock.clock.set", body={"now": tour.send("mock.clock.get").json()["now"]})
        tour.send("workflows.list", secret=self.secrets["rate_limited"])
        tour.send("workflows.query", ids=SUPPORT, secret=self.secrets["cost_limit_exceeded"])
        slow = {"workflow_id": tour.workflow({"type": "echo", "latency_ms": 60000, "cost_usd": "0.002000"})}
        tour.send("workflows.start", ids=slow, secret=self.secrets["cost_limit_reserved"])
        self._repeat("/api/v1/workflows", 200, {"X-API-Key": self.secrets["burst_limited"]})
        for _ in range(1000):
            tour.http.post("/api/v1/workflows/wf_small/query", headers={"X-API-Key": SMALL}, json={"input": "x"})
        self._repeat("/api/v1/workflows", 1000, {"X-API-Key": "nk_mistyped", **FAR})

    def _repeat(self, path: str, times: int, headers: Document) -> None:
        for _ in range(times):
            self.tour.http.get(path, headers=headers)

    def make(self, name: str, code: str) -> httpx.Response:
        """Sends what the operation answers with that code."""
        operation = self.tour.operations[name][2]
        if code in ASKED_FOR:
            return self.tour.send(name, headers={"X-Mock-Fault": f"code={code}"})
        if code == "conflict":
            return self._conflict(name)
        if code == "origin_not_allowed" and name.startswith("mock."):
            return self.tour.send(name, headers={"Origin": "https://shop.example"})
        if code == "not_found" and name == "client_sessions.create":  # its workflow is in the body
            return self.tour.send(name, body={**self.tour.body(name), "workflow_id": "wf_of_nobody"})
        if code == "idempotency_key_reused":
            return self._reused(name)
        if code == "insufficient_scope" and "audit:read" in operation["x-scopes"]:
            return self.tour.send(name, secret=self.keys_only)
        if code in self.secrets:
            ids = {"workflow_id": "wf_small"} if code == "quota_exceeded" else SUPPORT
            return self.tour.send(name, ids={**ids, "run_id": self.run}, secret=self.secrets[code])
        return self.tour.send(name, **self._request(code))

    def _request(self, code: str) -> Document:
        bearer = {"Authorization": f"Bearer {self.tour.secret}"}
        requests: dict[str, Document] = {
            "ambiguous_credentials": {"headers": bearer},
            "malformed_json": {"content": b'{"cut": '},
            "not_found": {},
            "secret_key_in_browser": {"headers": {"Origin": "https://shop.example"}},
            "payload_too_large": {"content": b'{"input":"' + b"x" * MAX_BYTES + b'"}'},
            "too_many_failed_attempts": {"secret": "nk_mistyped", "headers": FAR},
            "unsupported_media_type": {"headers": {"Content-Type": "text/plain"}},
            "validation_failed": {"query": {"no_such_parameter": "1"}},
        }
        if code == "upstream_error":
            upstream = {"type": "upstream", "url": NOWHERE, "max_cost_usd": "0.001000"}
            return {"ids": {"workflow_id": self.tour.workflow(upstream)}}
        return requests[code]

    def _conflict(self, name: str) -> httpx.Response:
        """A run that has ended, a key that was revoked."""
        return self.tour.send(name, ids={"run_id": self.run, "key_id": self.ids["key_revoked"]})

    def _reused(self, name: str) -> httpx.Response:
        """The same key twice: with another body, or where there is none, for another object."""
        tour, operation = self.tour, self.tour.operations[name][2]
        headers = {"Idempotency-Key": f"reused-{next(tour.numbers)}"}
        ids = tour.ids(name)
        tour.send(name, ids=ids, headers=headers)
        if "requestBody" not in operation:
            return tour.send(name, headers=headers)
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields = tour.contract["components"]["schemas"][schema]["properties"]
        field = next(field for field in ANOTHER if field in fields)
        return tour.send(name, ids=ids, headers=headers, body={**tour.body(name), field: ANOTHER[field]})

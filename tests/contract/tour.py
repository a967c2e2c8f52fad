"""Visits every operation: lawfully, with everything that it takes, on things that exist."""

from typing import Any

import httpx

from tests.contract.driver import Driver

Document = dict[str, Any]
SUPPORT = {"workflow_id": "wf_support"}
SCRIPT = {
    "type": "script",
    "rules": [{"match": "password", "answer": "Open.", "cost_usd": "0.001000", "tokens": {"input": 1, "output": 2},
               "sources": [{"title": "Help", "url": "https://help.example/", "snippet": "Open."}], "latency_ms": 1}],
    "default": {"answer": {"text": "Ask us."}},
}  # fmt: skip


class Tour(Driver):
    """A driver that can make what an operation needs."""

    def succeed(self, name: str) -> httpx.Response:
        """With as little as possible, then with every parameter and every example of the body."""
        first = self.send(name, ids=self.ids(name), body=self._lawful(name, ...))
        query = {one["name"]: _text(one["example"]) for one in self.parameters(name) if one["in"] == "query"}
        if query:
            self.send(name, ids=self.ids(name), query=query)
        if "requestBody" in self.operations[name][2]:
            media = self.operations[name][2]["requestBody"]["content"]["application/json"]
            for example in media["examples"].values():
                self.send(name, ids=self.ids(name), body=self._lawful(name, example["value"]))
        if name == "workflows.stream":
            again = {"Idempotency-Key": first.request.headers["Idempotency-Key"], "Last-Event-ID": "0"}
            self.send(name, ids=SUPPORT, headers=again)
        return first

    def ids(self, name: str) -> Document:
        """Ids of things that exist, fresh ones for what is changed."""
        path, _, operation = self.operations[name]
        made: Document = {}
        if "{workflow_id}" in path:
            made = SUPPORT if operation.get("x-metered") else {"workflow_id": self.workflow(SCRIPT)}
        if "{key_id}" in path:
            made = {"key_id": self.key(["*"])["id"]}
        if "{run_id}" in path:
            made = {"run_id": self.run(ended=name != "runs.cancel")}
        if "{request_id}" in path:
            made = {"request_id": self.send("workflows.list").headers["X-Request-Id"]}
        if "{event_id}" in path:
            made = {"event_id": self.send("events.list").json()["data"][0]["id"]}
        if "{fault_id}" in path:
            fault = self.send("mock.faults.create", body={"key_id": "key_of_nobody", "delay_ms": 1})
            made = {"fault_id": fault.json()["id"]}
        if "{name}" in path:
            made = {"name": self.send("mock.snapshots.save").json()["name"]}
        return made

    def run(self, *, ended: bool = True) -> str:
        """A run that has ended, or one that has a minute to go."""
        if ended:
            return self.send("workflows.query", ids=SUPPORT).json()["id"]
        slow = {"workflow_id": self.workflow({"type": "echo", "latency_ms": 60000})}
        return self.send("workflows.start", ids=slow).json()["id"]

    def key(self, scopes: list[str], **settings: Any) -> Document:
        """A new key with its secret."""
        body = {"name": f"Tour {next(self.numbers)}", "scopes": scopes, **settings}
        return self.send("api_keys.create", body=body).json()

    def workflow(self, engine: Document) -> str:
        """The id of a new workflow."""
        return self.send("workflows.create", body={"name": "Tour", "engine": engine}).json()["id"]

    def _lawful(self, name: str, body: Any) -> Any:
        return {"secret": self.secret, "operation": "workflows.query"} if name == "api_keys.verify" else body


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""The hand-written contender: the same operations in Flask and pydantic, with canned data and no database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError


class Plan(BaseModel):
    id: str
    name: str
    price_usd_per_month: str | None
    max_keys: int
    requests_per_month: int | None
    requests_per_minute: int


class PlanList(BaseModel):
    data: list[Plan]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")
    input: str | dict[str, Any]
    conversation_id: str | None = None
    metadata: dict[str, str] = {}


class Tokens(BaseModel):
    input: int
    output: int


class Run(BaseModel):
    id: str
    workflow_id: str
    conversation_id: str | None
    status: str
    input: str | dict[str, Any]
    output: str
    sources: list[dict[str, str]]
    cost_usd: str
    tokens: Tokens
    metadata: dict[str, str]
    created_at: datetime
    completed_at: datetime
    duration_ms: int
    error: None = None


class Verification(BaseModel):
    model_config = ConfigDict(extra="forbid")
    secret: str
    scope: str | None = None
    workflow_id: str | None = None
    ip: str | None = None
    origin: str | None = None


class Verdict(BaseModel):
    valid: bool
    code: str | None
    key: None = None
    policies: list[str] = []


PLANS = [
    Plan(
        id=id, name=name, price_usd_per_month=price, max_keys=keys, requests_per_month=month, requests_per_minute=minute
    )
    for id, name, price, keys, month, minute in (
        ("free", "Free", "0.00", 2, 1_000, 60),
        ("starter", "Starter", "29.00", 5, 10_000, 600),
        ("pro", "Pro", "99.00", 20, 100_000, 6_000),
        ("enterprise", "Enterprise", None, 100, None, 60_000),
    )
]
app = Flask(__name__)


def answer(model: BaseModel, status: int = 200) -> Response:
    headers = {"X-Request-Id": f"req_{uuid.uuid4().hex[:26]}"}
    return Response(model.model_dump_json(), status, headers, mimetype="application/json")


@app.get("/api/v1/plans")
def plans() -> Response:
    return answer(PlanList.model_validate({"data": PLANS}))


@app.post("/api/v1/key-verifications")
def verify() -> Response:
    if "X-API-Key" not in request.headers:
        return Response('{"code":"missing_api_key"}', 401, mimetype="application/problem+json")
    try:
        asked = Verification.model_validate_json(request.get_data())
    except ValidationError as error:
        return Response(error.json(), 422, mimetype="application/problem+json")
    return answer(Verdict(valid=len(asked.secret) == 67, code=None))


@app.post("/api/v1/workflows/<workflow_id>/query")
def query(workflow_id: str) -> Response:
    if "X-API-Key" not in request.headers:
        return Response('{"code":"missing_api_key"}', 401, mimetype="application/problem+json")
    try:
        question = Question.model_validate_json(request.get_data())
    except ValidationError as error:
        return Response(error.json(), 422, mimetype="application/problem+json")
    now = datetime.now(UTC)
    run = Run(
        id=f"run_{uuid.uuid4().hex[:26]}",
        workflow_id=workflow_id,
        conversation_id=question.conversation_id,
        status="completed",
        input=question.input,
        output="Open Settings.",
        sources=[],
        cost_usd="0.002000",
        tokens=Tokens(input=7, output=2),
        metadata=question.metadata,
        created_at=now,
        completed_at=now,
        duration_ms=0,
    )
    return answer(run)

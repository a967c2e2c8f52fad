"""stripe: customers.retrieve, customers.create, customers.list. It has no server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from benchmarks.sdk.contenders.base import LIST_LENGTH, AsyncCall, Call, Contender, Raw, as_json


def customer(number: int) -> dict[str, object]:
    return {
        "id": f"cus_{number:010d}",
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": 1763719200,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": f"c{number}@example.com",
        "invoice_prefix": "ABC",
        "livemode": False,
        "metadata": {},
        "name": f"Customer {number}",
        "phone": None,
        "shipping": None,
    }


def calls(base: str) -> dict[str, Call]:
    from stripe import StripeClient

    client = StripeClient("sk_test_benchmark", base_addresses={"api": base})
    return {
        "get": lambda: client.v1.customers.retrieve("cus_1"),
        "post": lambda: client.v1.customers.create({"name": "Jenny", "email": "jenny@example.com"}),
        "list": lambda: sum(1 for _ in client.v1.customers.list().auto_paging_iter()),
    }


@asynccontextmanager
async def async_get(base: str) -> AsyncGenerator[AsyncCall]:
    from stripe import HTTPXClient, StripeClient

    client = StripeClient("sk_test_benchmark", base_addresses={"api": base}, http_client=HTTPXClient())
    yield lambda: client.v1.customers.retrieve_async("cus_1")
    await client._requestor._client.close_async()  # the only way to its pool


FIRST = (
    "from stripe import StripeClient\n"
    "c = StripeClient('sk_test_benchmark', base_addresses={{'api': '{base}'}})\n"
    "c.v1.customers.retrieve('cus_1').id"
)
PAGE = {"object": "list", "data": [customer(n) for n in range(LIST_LENGTH)], "has_more": False, "url": "/v1/customers"}
CONTENDER = Contender(
    package="stripe",
    module="stripe",
    first=FIRST,
    raw={
        "get": Raw("GET", "/v1/customers/cus_1"),
        "post": Raw("POST", "/v1/customers", {"name": "Jenny", "email": "jenny@example.com"}),
        "list": Raw("GET", "/v1/customers"),
    },
    routes={
        "GET /v1/customers/cus_1": as_json(customer(1)),
        "POST /v1/customers": as_json(customer(1)),
        "GET /v1/customers": as_json(PAGE),
    },
    calls=calls,
    async_get=async_get,
)

"""Schemathesis, which is not ours, makes up requests from the contract and finds no answer that breaks it."""

import pytest

from tests.contract.fuzz import API, MOCK, fuzz


@pytest.mark.parametrize(("choice", "least"), [(API, 2000), (MOCK, 300)], ids=["api", "mock"])
def test_no_made_up_request_is_answered_against_the_contract(choice: tuple[str, ...], least: int):
    outcome = fuzz(choice, seed=20261121, examples=12)
    assert outcome.complete, outcome.text
    assert outcome.failures == 0, outcome.text
    assert outcome.cases >= least, outcome.text

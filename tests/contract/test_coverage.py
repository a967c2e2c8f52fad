"""The whole contract is exercised: every operation, in every status, with every code, on the real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from nodai_mock.app import create_app, worlds_of
from nodai_mock.demo import DEMO
from nodai_mock.demo.data import DATA
from nodai_mock.settings import Settings

from tests.contract.causes import ORGANIZATIONS, Causes
from tests.contract.coverage import SERVER, measure
from tests.contract.details import show_all
from tests.contract.tour import Tour

Document = dict[str, Any]


@pytest.fixture
def tour(contract: Document, tmp_path: Path) -> Iterator[Tour]:
    seed = tmp_path / "seed.yaml"
    seed.write_text(yaml.safe_dump({"organizations": [*DATA["organizations"], *ORGANIZATIONS]}))
    app = create_app(Settings(database_url="sqlite://", seed_file=seed))
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url=SERVER) as http:
        yield Tour(http, contract, DEMO.secret_key)
    worlds_of(app).close()


def visit_all(tour: Tour, errors: Document) -> Iterator[str]:
    """What went wrong: first every code of every operation, then every success, the mock's controls last."""
    causes = Causes(tour)
    names = sorted(tour.operations, key=lambda name: (name.startswith("mock."), name == "mock.reset"))
    for name in names:
        for code in tour.operations[name][2]["x-errors"]:
            try:
                answer = causes.make(name, code)
            except AssertionError as error:
                yield f"{name} {code}: {error}"
                continue
            if answer.status_code != errors[code]["status"] or f'"code":"{code}"' not in answer.text:
                yield f"{name} {code}: {answer.status_code} {answer.text[:200]}"
    show_all(tour)
    for name in names:
        try:
            answer = tour.succeed(name)
        except AssertionError as error:
            yield f"{name}: {error}"
            continue
        if not answer.is_success:
            yield f"{name}: {answer.status_code} {answer.text[:200]}"


def test_every_operation_answers_every_code_and_status_that_it_declares(
    tour: Tour, errors: Document, redocly: str, tmp_path: Path
):
    wrong = list(visit_all(tour, errors))
    assert not wrong, "\n".join(wrong)

    coverage = measure(redocly, tour.recorder.write(tmp_path / "traffic.har"))
    print(coverage.line())
    assert coverage.share("operations") == 1, coverage.missing
    assert coverage.share("parameters") == 1, coverage.missing
    assert coverage.share("responses") == 1, coverage.missing
    # What is missing of the fields: facts of codes that a run never fails with, pointers where there is no body.
    assert coverage.share("properties") >= 0.93, coverage.missing
    disagreements = [one for one in coverage.findings if one["target"] == "response" or one["status"] < 400]
    assert not disagreements, disagreements

"""Runs schemathesis on a server of its own: `python -m tests.contract.fuzz [SEED …]` for more than the tests do."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nodai_mock.demo import DEMO
from nodai_mock.settings import Settings
from nodai_mock.testing import ThreadServer

from codegen.bundle import ROOT

HERE = Path(__file__).parent
KEY_ID = "key_demo_secret"
# The mock's controls change time and data under everybody else, so they have a server and a run of their own.
API, MOCK = ("--exclude-tag=mock",), ("--include-tag=mock",)


@dataclass(frozen=True)
class Outcome:
    """How many cases ran, how many kinds of failure there were, and what schemathesis printed."""

    cases: int
    failures: int
    complete: bool
    text: str


def fuzz(choice: tuple[str, ...], *, seed: int, examples: int, seconds: int = 300) -> Outcome:
    """Every check on every chosen operation, one worker, the same cases for the same seed."""
    with ThreadServer(Settings(database_url="sqlite://")) as server, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            str(Path(sys.executable).with_name("schemathesis")), f"--config-file={HERE / 'schemathesis.toml'}", "run",
            str(ROOT / "openapi.yaml"), f"--url={server.base_url}", f"--header=X-API-Key: {DEMO.secret_key}",
            "--checks=all", "--workers=1", f"--seed={seed}", f"--max-examples={examples}", "--no-color",
            "--report=json", f"--report-json-path={report}", *choice,
        ]  # fmt: skip
        ours = {"SCHEMATHESIS_HOOKS": "tests.contract.fuzz_hooks", "FUZZ_KEY_ID": KEY_ID, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, **ours},
            timeout=seconds,
            check=False,
        )
        text = done.stdout + done.stderr
        if not report.exists():
            return Outcome(0, 1, complete=False, text=text)
        told = json.loads(report.read_text())
        counts = told["test_cases"]
        failures = (
            counts["unique_failures"] + counts["errored"] + (done.returncode != 0 and not counts["unique_failures"])
        )
        return Outcome(counts["generated"], failures, complete=told["complete"], text=text)


def main(arguments: list[str]) -> int:
    cases = failures = 0
    for seed in [int(each) for each in arguments] or [1, 2, 3, 4, 5]:
        for choice in (API, MOCK):
            outcome = fuzz(choice, seed=seed, examples=40, seconds=900)
            cases, failures = cases + outcome.cases, failures + outcome.failures
            print(f"seed {seed} {choice[0]}: {outcome.cases} cases, {outcome.failures} failures", flush=True)
            if outcome.failures:
                print(outcome.text)
    print(f"{cases} cases, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

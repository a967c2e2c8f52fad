"""How much of the contract recorded traffic exercises, counted by Redocly and not by us."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.bundle import ROOT

SERVER = "http://127.0.0.1:4010"
# Headers of HTTP itself, and of the mock's controls, are not the contract's to declare.
UNDECLARED = (
    "x-api-key,authorization,x-mock-*,allow,origin,access-control-*,cache-control,vary,last-event-id,connection,"
    "transfer-encoding"
)

NAMES = ("kind", "target", "status", "name", "path")


@dataclass(frozen=True)
class Coverage:
    """Totals by kind as (covered, total), what is missing, and where traffic and contract disagree."""

    totals: dict[str, tuple[int, int]]
    missing: list[str]
    findings: list[dict[str, Any]]

    def share(self, kind: str) -> float:
        """Of `operations`, `parameters`, `properties` or `responses`, from 0 to 1."""
        covered, total = self.totals[kind]
        return covered / total

    def line(self) -> str:
        """The totals in one line."""
        return ", ".join(f"{kind} {covered}/{total}" for kind, (covered, total) in self.totals.items())


def measure(redocly: str, traffic: Path, server: str = SERVER) -> Coverage:
    """Runs `redocly drift --coverage` over a HAR file that was recorded against `server`."""
    coverage, findings = traffic.with_suffix(".coverage.json"), traffic.with_suffix(".findings.json")
    command = [
        redocly, "drift", str(traffic), "--traffic-format=har", f"--api={ROOT / 'openapi.yaml'}", f"--server={server}",
        "--coverage", f"--coverage-output={coverage}", "--format=json", f"--output={findings}",
        f"--ignore-headers={UNDECLARED}", "--ignore-cookies",
    ]  # fmt: skip
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **quiet}, timeout=180, check=False
    )
    if not coverage.exists():
        raise RuntimeError(done.stdout + done.stderr)
    counted = json.loads(coverage.read_text())
    totals = {kind: (value["covered"], value["total"]) for kind, value in counted["totals"].items()}
    missing = [
        " ".join(str(part) for part in (operation["operationId"], *(item[key] for key in NAMES if key in item)))
        for operation in counted["operations"]
        for item in operation["missing"]
    ]
    return Coverage(totals, missing, json.loads(findings.read_text())["problems"])

"""`python -m benchmarks`: measure everything in one run, print the page, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from benchmarks import report, setup
from benchmarks.sdk import suite as sdk
from benchmarks.server import suite as server

PAGE = setup.ROOT / "docs" / "benchmarks.md"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few short rounds: to see that it runs; writes no page")
    parser.add_argument("--only", choices=("sdk", "server"), help="one half; writes no page")
    return parser.parse_args()


def demo_secret() -> str:
    """The demo key with generous limits."""
    command = [str(setup.PYTHON.parent / "nodai-mock"), "demo", "--format", "json"]
    return str(json.loads(setup.run(command))["secret_key"])


def versions() -> dict[str, str]:
    flask, granian = setup.version("flask"), setup.version("granian")
    found = {"nodai-mock": setup.version("nodai-mock"), "Flask + pydantic": f"{flask} on granian {granian}"}
    if shutil.which("npm"):
        found |= dict.fromkeys(("Prism, quiet", "Prism, as shipped"), setup.prism_version())
    return found


def main() -> None:
    chosen = arguments()
    print("Bringing the peers", file=sys.stderr, flush=True)
    setup.peers()
    sdk_rounds, starts, seconds = (3, 1, 1.0) if chosen.smoke else (15, 7, 3.0)
    sdk_results = [] if chosen.only == "server" else sdk.run(sdk_rounds)
    server_results = [] if chosen.only == "sdk" else server.run(starts, seconds, demo_secret())
    node = setup.run(["node", "-p", "process.versions.node"]) if shutil.which("node") else ""
    rounds = f"Rounds: {sdk_rounds} for the SDK, {starts} of {seconds:g} s each for the server."
    text = report.page(sdk_results, server_results, versions(), node, rounds)
    print(text)
    if not chosen.smoke and chosen.only is None:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

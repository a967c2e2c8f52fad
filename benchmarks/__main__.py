"""`python -m benchmarks`: measure everything in one run, print the page, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks import report, setup
from benchmarks.js import suite as js
from benchmarks.sdk import suite as sdk
from benchmarks.server import suite as server

PAGE = setup.ROOT / "docs" / "benchmarks.md"


SUITES = ("sdk", "js", "server")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few short rounds: to see that it runs; writes no page")
    parser.add_argument("--only", choices=SUITES, help="one part; writes no page")
    return parser.parse_args()


def demo_secret() -> str:
    """The demo key with generous limits."""
    command = [str(setup.PYTHON.parent / "nodai-mock"), "demo", "--format", "json"]
    return str(json.loads(setup.run(command))["secret_key"])


def versions() -> dict[str, str]:
    flask, granian = setup.version("flask"), setup.version("granian")
    found = {"nodai-mock": setup.version("nodai-mock"), "Flask + pydantic": f"{flask} on granian {granian}"}
    if setup.has_node():
        found |= dict.fromkeys(("Prism, quiet", "Prism, as shipped"), setup.node_version(setup.PRISM))
    return found


def main() -> None:
    chosen = arguments()
    suites = (chosen.only,) if chosen.only else SUITES
    print("Bringing the peers", file=sys.stderr, flush=True)
    setup.OUT.mkdir(exist_ok=True)
    if suites != ("js",):
        setup.peers()
    sdk_rounds, starts, seconds = (3, 1, 1.0) if chosen.smoke else (15, 7, 3.0)
    effort = js.SMOKE if chosen.smoke else js.FULL
    sdk_results = sdk.run(sdk_rounds) if "sdk" in suites else []
    js_results = js.run(effort) if "js" in suites and setup.has_node() else None
    server_results = server.run(starts, seconds, demo_secret()) if "server" in suites else []
    node = setup.run(["node", "-p", "process.versions.node"]) if setup.has_node() else ""
    rounds = {
        "sdk": f"{sdk_rounds} for the Python SDK",
        "js": f"{effort.text} for the TypeScript SDK",
        "server": f"{starts} of {seconds:g} s each for the server",
    }
    mode = f"Rounds: {', '.join(rounds[suite] for suite in suites)}."
    text = report.page(sdk_results, js_results, server_results, versions() if server_results else {}, node, mode)
    print(text)
    if not chosen.smoke and chosen.only is None:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

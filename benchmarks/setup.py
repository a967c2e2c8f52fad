"""Brings the peers: their own Python environment and Prism, in pinned versions, inside benchmarks/."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = HERE / "out"
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
WHEELS = OUT / "wheels"
SITE = ("sdk/python", "mock_server")


def run(command: list[str], cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def peers() -> None:
    """The peers' environment, and this project's two packages in it as a user would install them: from wheels."""
    OUT.mkdir(exist_ok=True)
    uv = str(ROOT / run([str(ROOT / "tools" / "uv")]))
    if not PYTHON.exists():
        run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)])
    # Bytecode for everybody: without it, import rows would measure the compiler of those who did not bring any.
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    run([*install, "-r", str(HERE / "requirements.txt"), "-r", str(ROOT / "requirements" / "run.lock")])
    shutil.rmtree(WHEELS / "own", ignore_errors=True)
    for package in SITE:
        run([uv, "build", "--quiet", "--wheel", "--out-dir", str(WHEELS / "own"), package])
    own = [str(wheel) for wheel in sorted((WHEELS / "own").glob("*.whl"))]
    run([*install, "--no-deps", "--reinstall", *own])


def version(package: str) -> str:
    script = f"import importlib.metadata as m; print(m.version({package!r}))"
    return run([str(PYTHON), "-c", script])


def wheel_kb(package: str) -> float:
    """The size of the wheel that a user downloads."""
    if package.startswith("nodai"):
        name = package.replace("-", "_")
        return next((WHEELS / "own").glob(f"{name}-*.whl")).stat().st_size / 1024
    folder = WHEELS / f"{package}-{version(package)}"
    if not list(folder.glob("*.whl")):
        exact = f"{package}=={version(package)}"
        run([str(PYTHON), "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), exact])
    return next(folder.glob("*.whl")).stat().st_size / 1024


def prism() -> Path | None:
    """Prism's command, installed from benchmarks/package-lock.json; None without Node."""
    if shutil.which("npm") is None:
        return None
    command = HERE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not command.exists():
        run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], HERE)
    return command


def prism_version() -> str:
    prism()
    return str(json.loads((HERE / "node_modules" / "@stoplight" / "prism-cli" / "package.json").read_text())["version"])

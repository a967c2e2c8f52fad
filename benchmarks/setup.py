"""Brings the peers: their own Python environment and Node packages, in pinned versions, inside benchmarks/."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = HERE / "out"
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
WHEELS = OUT / "wheels"
SITE = ("sdk/python", "mock_server")
MODULES = HERE / "node_modules"
NODE_PACKAGES = {"sdk/js": "sdk", "widget": "widget"}  # folder → name below @nodai
PRISM = "@stoplight/prism-cli"


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


def has_node() -> bool:
    return shutil.which("npm") is not None and shutil.which("node") is not None


def node_packages() -> None:
    """What benchmarks/package-lock.json pins; a stamp inside spares a second run the work."""
    stamp, lock = MODULES / ".installed", HERE / "package-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], HERE)
        shutil.copyfile(lock, stamp)


def own_node_packages() -> None:
    """This project's two npm packages as a user gets them: packed, so that their `files` and `exports` count.

    Built in a copy: whoever uses the workspace's own dist/ meanwhile keeps it.
    """
    checksum = ""
    for folder, name in NODE_PACKAGES.items():
        copy, installed, stamp = OUT / "npm" / folder, MODULES / "@nodai" / name, OUT / "npm" / f"{name}.sum"
        checksum += checksum_of(ROOT / folder)  # with the ones before: the widget has the SDK in it
        if installed.exists() and stamp.exists() and stamp.read_text() == checksum:
            continue
        for old in (copy, installed):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(ROOT / folder, copy, ignore=shutil.ignore_patterns("dist"))
        run(["npm", "run", "--silent", "build"], copy)
        run(["npm", "pack", "--silent"], copy)
        with tarfile.open(next(copy.glob("*.tgz"))) as packed:
            packed.extractall(copy / "packed", filter="data")
        installed.parent.mkdir(exist_ok=True)
        shutil.move(copy / "packed" / "package", installed)
        stamp.write_text(checksum)


def checksum_of(package: Path) -> str:
    """Of everything that a package is built from."""
    found = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        if file.is_file() and not {"dist", "node_modules", "tests"} & set(file.relative_to(package).parts):
            found.update(f"{file.relative_to(package)}\0".encode() + file.read_bytes())
    return found.hexdigest()


def node_version(package: str) -> str:
    return str(json.loads((MODULES / package / "package.json").read_text("utf-8"))["version"])


def prism() -> Path | None:
    """Prism's command; None without Node."""
    if not has_node():
        return None
    node_packages()
    return MODULES / PRISM / "dist" / "index.js"

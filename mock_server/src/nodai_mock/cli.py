"""The `nodai-mock` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nodai_mock.runners import CannotServe

if TYPE_CHECKING:
    from nodai_mock.settings import Settings

_USAGE_ERROR = 2
_GARBAGE = 20_000
"""New containers after which the collector looks for cycles; hardly any call makes one."""
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""


class BadSettings(Exception):
    """What is wrong with flags or environment, one line for each."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. What a person did wrong is said in one line, never with a traceback."""
    arguments, command = _split(list(sys.argv[1:] if argv is None else argv))
    options = _parser().parse_args(arguments)
    try:
        return options.run(options, command)
    except (CannotServe, BadSettings) as error:
        print(f"nodai-mock: {error}", file=sys.stderr)
        return _USAGE_ERROR
    except KeyboardInterrupt:
        return 130


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What is before and after `--`."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    from nodai_mock._generated.version import VERSION

    parser = argparse.ArgumentParser(prog="nodai-mock", description="The reference server of the NodAI API.")
    parser.add_argument("--version", action="version", version=f"nodai-mock {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add(commands, "serve", "serve the API, with demo data and mock controls", _serve, settings=True)
    _add(commands, "exec", "run a command against a server of its own: nodai-mock exec -- pytest", _exec, settings=True)
    _add(commands, "config", "show the settings in force, without secrets", _config, settings=True)
    demo = _add(commands, "demo", "show the demo keys", _demo, settings=True)
    demo.add_argument("--format", choices=("table", "json", "env"), default="table", help="how to show them")
    database = commands.add_parser("db", help="look after a database file").add_subparsers(
        required=True, metavar="what"
    )
    _add(database, "upgrade", "bring the schema of the database file up to date", _upgrade, settings=True)
    return parser


def _add(commands: Any, name: str, words: str, run: Any, *, settings: bool) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(run=run)
    if settings:
        from nodai_mock.settings import Settings

        group = parser.add_argument_group("settings", "each one is also NODAI_<NAME> in the environment")
        for field, info in Settings.model_fields.items():
            if info.annotation is bool:
                group.add_argument(_flag(field), action=argparse.BooleanOptionalAction, help=info.description)
            elif field not in ("bootstrap_key", "trusted_proxies"):
                group.add_argument(_flag(field), metavar=field.upper(), help=info.description)
    return parser


def _flag(field: str) -> str:
    return "--" + field.replace("_", "-")


def _settings(options: argparse.Namespace, **defaults: Any) -> Settings:
    """Flags first, then the environment, then `defaults`. BadSettings with a line for each fault."""
    from pydantic import ValidationError

    from nodai_mock.settings import Settings

    given = {name: value for name in Settings.model_fields if (value := getattr(options, name, None)) is not None}
    try:
        found = Settings(**given)
    except ValidationError as error:
        lines = [
            f"{_flag(str(each['loc'][0]))}: {each['msg'].removeprefix('Value error, ')}" for each in error.errors()
        ]
        raise BadSettings("\nnodai-mock: ".join(lines)) from None
    unset = {name: value for name, value in defaults.items() if name not in found.model_fields_set}
    return found.model_copy(update=unset)


def _serve(options: argparse.Namespace, command: list[str]) -> int:
    import gc

    from nodai_mock.logs import configure
    from nodai_mock.server import Server

    _no_command(command)
    settings = _settings(options)
    configure(settings.log_format, settings.log_level, access=settings.access_log)
    _work_in_batches()
    _share_memory()
    server = Server(settings)
    # What is there now stays: looking through it for garbage again and again costs a tenth of every call, and pauses.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    server.run(lambda: _greet(server, settings))
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written and closed. granian's idle threads would abort the interpreter if it waited for them.
    os._exit(0)


def _work_in_batches() -> None:
    """Ask Linux not to let a thread that is woken push the one aside that wakes it: it would only wait for the GIL."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _share_memory() -> None:
    """Let all threads allocate from two arenas: one each, as in glibc by default, keeps a fifth more memory for
    nothing, since only one of them runs at a time."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def _greet(server: Any, settings: Settings) -> None:
    if settings.hosted:
        print(f"nodai-mock serves {server.base_url}", flush=True)
        return
    from nodai_mock.demo import banner
    from nodai_mock.widget.files import HOW_TO_BUILD, Widget

    widget = (
        f"Widget: {server.base_url}/demo" if Widget().is_built else f"Widget: not built, needs Node: {HOW_TO_BUILD}"
    )
    print(banner(server.base_url, key_prefix=settings.key_prefix, widget=widget + "\n"), flush=True)


def _exec(options: argparse.Namespace, command: list[str]) -> int:
    from nodai_mock.settings import MEMORY
    from nodai_mock.testing import run_command

    if not command:
        raise BadSettings("say what to run after --, as in: nodai-mock exec -- pytest")
    return run_command(command, _settings(options, database_url=MEMORY, port=0))


def _config(options: argparse.Namespace, command: list[str]) -> int:
    _no_command(command)
    settings = _settings(options)
    for name, value in settings.model_dump(mode="json").items():
        print(f"NODAI_{name.upper()}={'' if value is None else value}")
    return 0


def _demo(options: argparse.Namespace, command: list[str]) -> int:
    from nodai_mock.demo import render
    from nodai_mock.runners import url_of

    _no_command(command)
    settings = _settings(options)
    print(render(options.format, url_of(settings.host, settings.port), key_prefix=settings.key_prefix))
    return 0


def _upgrade(options: argparse.Namespace, command: list[str]) -> int:
    from nodai_mock.migrate import upgrade

    _no_command(command)
    print(upgrade(_settings(options)))
    return 0


def _no_command(command: list[str]) -> None:
    if command:
        raise BadSettings(f"cannot do anything with: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())

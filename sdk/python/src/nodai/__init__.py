"""The typed Python SDK for NodAI. Importing it does nothing; a name is loaded when it is first used."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nodai._generated.exports import *  # noqa: F403 # pyright: ignore[reportWildcardImportFromLibrary]


def __getattr__(name: str) -> object:
    """PEP 562: find the name's module in the generated table."""
    from nodai._generated.lazy import EXPORTS, SUBMODULES

    if name in SUBMODULES:
        from importlib import import_module

        return import_module(f"nodai.{name}")
    if name == "__version__":
        from nodai._generated.version import VERSION

        return VERSION
    module = EXPORTS.get(name)
    if module is None:
        raise AttributeError(f"module 'nodai' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from nodai._generated.lazy import EXPORTS, SUBMODULES

    return sorted({*globals(), *EXPORTS, *SUBMODULES})

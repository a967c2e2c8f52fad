"""Settings: the only reader of the environment (`NODAI_*`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEMORY = "sqlite://"


class Settings(BaseSettings):
    """Everything that can be set, by `NODAI_<NAME>` or by the flag of the same name."""

    model_config = SettingsConfigDict(env_prefix="NODAI_", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=4010, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    public: bool = Field(default=False, description="Allow an address that other machines can reach.")
    database_url: str = Field(default="sqlite:///nodai-mock.db", description="sqlite:///FILE, or sqlite:// for memory.")
    seed: int | None = Field(default=None, description="Makes ids and times the same on every start.")
    seed_file: Path | None = Field(
        default=None, description="YAML with the data to start with, instead of the demo data."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Server processes. More than one needs PostgreSQL.")
    runner: Literal["granian", "waitress"] = Field(default="granian", description="The HTTP server.")
    threads: int = Field(default=256, ge=1, le=2048, description="Requests that are answered at the same time.")
    fast: bool = Field(
        default=False, description="Commit without waiting for the disk: a power cut may lose the last calls."
    )
    key_prefix: str = Field(default="nk_", pattern=r"^[a-z][a-z0-9]{0,9}_$", description="What API keys begin with.")
    max_body_bytes: int = Field(default=1_048_576, ge=1024, le=104_857_600, description="The largest request body.")
    namespaces: int = Field(
        default=100, ge=1, le=10_000, description="Namespaces kept; the one unused longest goes first."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How the log is written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="warning", description="What is logged.")
    access_log: bool = Field(default=False, description="Log every request.")
    hosted: bool = Field(default=False, description="Serve without mock controls and demo keys.")
    trusted_proxies: Annotated[tuple[str, ...], Field(description="Addresses whose X-Forwarded-For counts.")] = ()
    bootstrap_key: SecretStr | None = Field(default=None, description="The first key of a hosted server.")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith("sqlite://"):
            raise ValueError("must be sqlite:///FILE, or sqlite:// for a database in memory")
        return url

    @property
    def database_path(self) -> Path | None:
        """The database's file; None for memory."""
        path = self.database_url.removeprefix("sqlite://").removeprefix("/")
        return None if path in ("", ":memory:") else Path(path).expanduser()

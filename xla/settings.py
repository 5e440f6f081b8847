"""Settings: the only reader of the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


def _default_instance() -> Path:
    """`instance/` beside the checkout, or the user's data folder when installed from a wheel."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "instance"
    return Path.home() / ".local" / "share" / "xla-monitor"


class Settings(BaseSettings):
    """Everything that may differ between installations; `docs/settings.md` lists it."""

    model_config = SettingsConfigDict(env_prefix="XLA_", frozen=True, extra="ignore")

    instance: Annotated[Path, Field(default_factory=_default_instance)]
    database_url: str = ""
    engine: Literal["embedded", "procrastinate"] = "embedded"
    base_url: str = "http://127.0.0.1:8000"
    proxy_hops: Annotated[int, Field(ge=0, le=5)] = 0
    smtp_url: Annotated[str, Field(pattern=r"^$|^(smtp|smtp\+tls|smtps)://[^/]+/?$")] = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    provider: str = "Nordfast Service AB"
    signing_key: Path | None = None
    signing_passphrase: str = ""
    timestamp_url: Annotated[str, Field(pattern=r"^$|^https?://[!-~]+$")] = ""
    renderers: Annotated[int, Field(ge=1, le=8)] = 1
    worker_memory_mb: Annotated[int, Field(ge=256)] = 2048
    evaluate_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    metrics_token: Annotated[str, Field(pattern=r"^$|^[!-~]{16,}$")] = ""
    log_format: Literal["text", "json"] = "text"

    @classmethod
    def from_env(cls) -> "Settings":
        """The settings this process was started with."""
        return cls()

    def reached_at(self, host: str, port: int) -> "Settings":
        """These settings for a server on this host and port: unless told, people reach it just there."""
        if "base_url" in self.model_fields_set:
            return self
        name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 -- not bound to: named
        shown = f"[{name}]" if ":" in name else name
        return self.model_copy(update={"base_url": f"http://{shown}:{port}"})

    @property
    def evaluate_every(self) -> timedelta:
        """How often what runs of a contract is evaluated, also where nothing was imported."""
        return timedelta(minutes=self.evaluate_minutes)

    @property
    def database(self) -> str:
        """The database's URL: the configured one, or an SQLite file in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'xla.db'}"

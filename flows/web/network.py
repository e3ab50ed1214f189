"""The `network:` part of settings.yaml: who we say we are, how fast, how much, and where we may connect."""

import ipaddress
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

HOST = re.compile(r"^[A-Za-z0-9_.-]+$")


def allowed_address(value: str) -> str:
    """A host name, an address or a CIDR."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        if not HOST.match(value):
            raise ValueError(f"{value!r} is no host, address or CIDR such as 127.0.0.0/8") from None
    return value


def resolved_name(value: str) -> str:
    """`name` or `name:port`."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+(:\d{1,5})?", value):
        raise ValueError(f"{value!r} is no name or name:port")
    return value.lower()


def resolved_to(value: str) -> str:
    """`ip:port`."""
    host, _, port = value.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
        if not 0 < int(port) < 65_536:
            raise ValueError(port)
    except ValueError:
        raise ValueError(f"{value!r} is no ip:port such as 127.0.0.1:8080") from None
    return value


class Network(BaseModel):
    """Limits and manners of every request. Seconds are real seconds, sizes are bytes after decoding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact: str = ""
    allow_private: tuple[Annotated[str, AfterValidator(allowed_address)], ...] = ()
    resolve: dict[Annotated[str, AfterValidator(resolved_name)], Annotated[str, AfterValidator(resolved_to)]] = Field(
        default_factory=dict
    )
    feed_seconds: float = Field(default=1, ge=0)
    page_seconds: float = Field(default=5, ge=0)
    per_host: int = Field(default=2, ge=1, le=20)
    total_seconds: float = Field(default=30, gt=0)
    connect_seconds: float = Field(default=5, gt=0)
    read_seconds: float = Field(default=10, gt=0)
    run_seconds: float = Field(default=300, gt=0)
    at_once: int = Field(default=100, ge=1, le=1_000)
    body_bytes: int = Field(default=10 * 1024**2, ge=1_024)
    wire_bytes: int = Field(default=5 * 1024**2, ge=1_024)
    tdm: Literal["keep", "skip"] = "keep"

"""``[kafka]``: one cluster, who asks, and how what is written to it is packed."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from watchers.streams.entry import SupplyError
from watchers.streams.span import Span

SCHEME = "kafka:"
"""Before a topic, where an address may stand as well."""
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
_BROKER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})")
_LAST_PORT = 65535
_PATHS = ("ca_file", "certificate_file", "key_file", "password_file")


def _broker(text: str) -> str:
    found = _BROKER.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= _LAST_PORT:
        raise ValueError('a broker as HOST:PORT, e.g. "kafka-1.example:9092"')
    return text


def topic_name(text: str) -> str:
    """Let the name of a topic pass.

    Raises:
        ValueError: If no topic can have it.
    """
    if not _TOPIC.fullmatch(text) or text in (".", ".."):
        raise ValueError('a topic, of letters, digits, "-", "_" and ".", e.g. "logs.pay"')
    return text


def topic_of(address: str) -> str:
    """The topic that stands behind ``kafka:``, "" in any other address.

    Raises:
        ValueError: If what stands there is no topic.
    """
    if not address.startswith(SCHEME):
        return ""
    return topic_name(address.removeprefix(SCHEME))


Broker = Annotated[str, AfterValidator(_broker)]
Topic = Annotated[str, AfterValidator(topic_name)]


class Cluster(BaseModel):
    """One cluster.

    Attributes:
        brokers: Some of its brokers, each as HOST:PORT; the others are found through them.
        tls: Whether what passes is encrypted.
        ca_file: Certificates to trust instead of those of the system.
        certificate_file: One's own certificate, with `key_file`.
        key_file: The key to it.
        user: Who asks, with `password_file`.
        password_file: A file with the password.
        mechanism: How the two are said.
        timeout: An answer takes no longer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    brokers: tuple[Broker, ...] = ()
    tls: bool = False
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    user: str = ""
    password_file: str = ""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    timeout: Span = timedelta(seconds=10)

    @model_validator(mode="after")
    def _sound(self) -> "Cluster":
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file together")
        if bool(self.certificate_file) != bool(self.key_file):
            raise ValueError("certificate_file and key_file together")
        if (self.ca_file or self.certificate_file) and not self.tls:
            raise ValueError("tls = true with ca_file or certificate_file")
        if self.brokers and find_spec("confluent_kafka") is None:
            raise ValueError("one more package: pip install 'larkwatch[kafka]'")
        return self

    @property
    def missing(self) -> str:
        """Which of its files cannot be read, "" when all can."""
        for path in (getattr(self, key) for key in _PATHS):
            if path and not Path(path).is_file():
                return f"there is no file {path}"
        return ""

    def placed(self, beside: Callable[[str], str]) -> Self:
        """The same with every path made from the one that `beside` makes of it."""
        said = {key: getattr(self, key) for key in _PATHS}
        return self.model_copy(update={key: beside(path) for key, path in said.items() if path})

    @property
    def shown(self) -> str:
        """Its brokers, for people."""
        return ", ".join(self.brokers)

    def settings(self) -> dict[str, Any]:
        """As librdkafka has them, without callbacks.

        Raises:
            SupplyError: If the password cannot be read.
        """
        said: dict[str, Any] = {
            "bootstrap.servers": ",".join(self.brokers),
            "client.id": "larkwatch",
            "security.protocol": ("SASL_" if self.user else "")
            + ("SSL" if self.tls else "PLAINTEXT"),
            "reconnect.backoff.max.ms": 5000,
            # What it says besides goes nowhere: troubles are told as those of the source or sink.
            "log_level": 0,
        }
        files = {
            "ssl.ca.location": self.ca_file,
            "ssl.certificate.location": self.certificate_file,
            "ssl.key.location": self.key_file,
        }
        said |= {key: path for key, path in files.items() if path}
        if self.user:
            said["sasl.mechanism"] = self.mechanism
            said["sasl.username"] = self.user
            said["sasl.password"] = _password(self.password_file)
        return said


class KafkaSection(Cluster):
    """The cluster of all that names no other, and how what is written to it is packed.

    Attributes:
        batch_size: So many messages for a partition go together at most.
        flush_interval: A message waits no longer for others to go with.
        compression: Of what goes together.
        buffered: So many lines wait unconfirmed at most; then reading pauses.
    """

    batch_size: int = Field(default=1024, ge=1, le=100_000)
    flush_interval: Span = timedelta(seconds=5)
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "lz4"
    buffered: int = Field(default=20_000, ge=1000, le=1_000_000)


def _password(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text in UTF-8"
        raise SupplyError(f"the file {path} cannot be read: {why}") from error

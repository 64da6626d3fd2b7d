"""One worker of the HTTP server."""

from typing import TYPE_CHECKING

from bot.app.alive import Alive
from bot.app.process import Larkwatch
from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.feishu.security import Keys
from bot.web.factory import CallbackDoor, Doors, IngestDoor, create_app
from bot.web.metrics import Looks
from bot.web.otlp import OtlpDoor
from watchers.clock import SystemClock

if TYPE_CHECKING:
    from flask import Flask


class Serving:
    """One worker of the HTTP server, started.

    Attributes:
        web: Its application: Feishu's callbacks where their keys are known, log records of those
            who have a token, reports of agents where a secret is set, and the API.
    """

    def __init__(self, config: Config, secrets: Secrets, file: str) -> None:
        self._larkwatch = larkwatch = Larkwatch(config, secrets, file, beat=Alive().beat)
        ingest = None
        if secrets.ingest_secret:
            ingest = IngestDoor(
                secret=secrets.ingest_secret,
                take=larkwatch.receive_report,
                take_numbers=larkwatch.receive_numbers,
                numbers_per_minute=config.server.numbers_per_minute,
                rates=larkwatch.rates,
            )
        callback = None
        if secrets.encrypt_key and secrets.verification_token:
            keys = Keys(
                encrypt_key=secrets.encrypt_key, verification_token=secrets.verification_token
            )
            callback = CallbackDoor(keys=keys, receive=larkwatch.receive)
        self.web: Flask = create_app(
            clock=SystemClock(),
            unready=lambda: () if larkwatch.store.reachable() else ("database",),
            looks=Looks(delivery=larkwatch.figures, watched=larkwatch.gauges),
            doors=Doors(
                callback=callback,
                ingest=ingest,
                otlp=OtlpDoor(who=larkwatch.who_pushes, take=larkwatch.receive_lines),
                pushed=larkwatch.receive_pushed,
                api=larkwatch.api_desk if config.api.enabled else None,
            ),
        )
        larkwatch.start()

    def stop(self) -> None:
        """Stop what was started."""
        self._larkwatch.stop()

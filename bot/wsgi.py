"""What gunicorn serves: one Larkwatch in each worker, of which one has the lease."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from bot.app import Larkwatch, build_web
from bot.config.schema import Config
from bot.config.secrets import Secrets


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn with our settings, started from the command line.

    Every worker builds its own Larkwatch after the fork, so that no connection, thread or token is
    shared between processes.
    """

    def __init__(self, config: Config, secrets: Secrets, file: str) -> None:
        self._config = config
        self._secrets = secrets
        self._file = file
        self._larkwatch: Larkwatch | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings."""
        server = self._config.server
        settings: dict[str, Any] = {
            "bind": f"{server.host}:{server.port}",
            "workers": server.workers,
            "worker_class": "sync",
            "graceful_timeout": 2,
            "timeout": 60,
            "proc_name": "larkwatch",
            "loglevel": "warning",
            "worker_exit": self._worker_exit,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each worker: build and start its Larkwatch."""
        self._larkwatch = Larkwatch(self._config, self._secrets, self._file)
        self._larkwatch.start()
        return build_web(self._larkwatch, self._secrets)

    def _worker_exit(self, _server: object, _worker: object) -> None:
        if self._larkwatch is not None:
            self._larkwatch.stop()

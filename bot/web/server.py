"""Gunicorn with our settings, started from the command line."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication


class Served(Protocol):
    """What a worker process serves."""

    @property
    def web(self) -> Flask:
        """The application."""
        ...

    def stop(self) -> None:
        """End what was started with it."""
        ...


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Forks workers that each build what they serve.

    Everything is built after the fork, so that no connection, thread or token is shared between
    processes.
    """

    def __init__(self, host: str, port: int, workers: int, build: Callable[[], Served]) -> None:
        self._bind = f"{host}:{port}"
        self._workers = workers
        self._build = build
        self._served: Served | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings."""
        settings: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": "sync",
            "graceful_timeout": 3,
            "timeout": 60,
            "proc_name": "larkwatch",
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": self._worker_exit,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:  # one of them came with a later release
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each worker."""
        self._served = self._build()
        return self._served.web

    def _worker_exit(self, _server: object, _worker: object) -> None:
        if self._served is not None:
            self._served.stop()

"""`larkwatch serve`: the HTTP callback server under gunicorn."""

import functools
import socket
from typing import TYPE_CHECKING

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail, set_up_log

if TYPE_CHECKING:
    from bot.config.schema import Config, ServerSection
    from bot.config.secrets import Secrets


@click.command(
    epilog="""\b
POST /feishu/callback           events and card callbacks
POST /ingest/findings           reports of `larkwatch watch`
POST /ingest/series             numbers that others push
POST /v1/logs                   log records of OpenTelemetry
POST /ingest/events             events that others push, of senders in [[ingest]]
POST /ingest/KIND/NAME          alerts of a sender: alertmanager, grafana, sentry, …
GET  /healthz /readyz /metrics
     /api/v1                    for programs with a token; /api/v1/openapi.json says what it can

\b
Examples:
  export LARKWATCH_APP_ID=cli_… LARKWATCH_APP_SECRET=…
  export LARKWATCH_ENCRYPT_KEY=… LARKWATCH_VERIFICATION_TOKEN=…
  larkwatch serve --port 8380        # request URL: https://YOUR-HOST/feishu/callback"""
)
@CONFIG_OPTION
@click.option("--host", help="Address to listen on; default [server] host.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on; default [server] port."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Worker processes; default [server] workers."
)
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def serve(
    file: str, host: str | None, port: int | None, workers: int | None, *, verbose: bool
) -> None:
    """Serve Feishu's callbacks, what others push, and the API, with any number of processes.

    One of them, by a lease in the database, also delivers, sweeps and runs the watches of the
    configuration. Refuses to start without the Encrypt Key and the Verification Token when
    mode = "http": without them anybody could post. With the long connection they are not needed:
    then Feishu's events do not come this way.

    Exit codes: 0 stopped, 2 the configuration or the credentials are wrong, or the port is taken.
    """
    from bot.config.load import load
    from bot.config.secrets import demand, read_secrets

    set_up_log(verbose=verbose)
    config = or_fail(lambda: load(file))
    secrets = or_fail(lambda: read_secrets(config, file))
    or_fail(lambda: demand(secrets, file, http=config.feishu.mode == "http"))
    given = {"host": host, "port": port, "workers": workers}
    update = {key: value for key, value in given.items() if value is not None}
    server = config.server.model_copy(update=update)
    serve_with(server, config, secrets, file)


def serve_with(server: "ServerSection", config: "Config", secrets: "Secrets", file: str) -> None:
    """Serve until told to stop."""
    from bot.app.serving import Serving
    from bot.web.server import Server

    _must_be_free(server.host, server.port)
    click.echo(f"Larkwatch serves on http://{server.host}:{server.port}", err=True)
    build = functools.partial(Serving, config, secrets, file)
    Server(server.host, server.port, server.workers, build).run()


def _must_be_free(host: str, port: int) -> None:
    """Say so now: gunicorn would try for seconds and then end with a code of its own."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise Failure(
            f"{host}:{port}: {error.strerror}; stop what uses it, or name another with --port"
        ) from error

"""`larkwatch run`: everything in one process."""

import signal

import click

from bot.cli.common import CONFIG_OPTION, STDIN_ARGUMENT, Failure, or_fail, set_up_log
from bot.cli.open_files import allow_many_open_files
from bot.cli.stopping import Stop


@click.command(
    epilog="""\b
Examples:
  larkwatch init && larkwatch run
  LARKWATCH_APP_ID=… LARKWATCH_APP_SECRET=… larkwatch run
  larkwatch run -c /etc/larkwatch/larkwatch.toml
  kubectl logs -f deploy/pay | larkwatch run -"""
)
@STDIN_ARGUMENT
@CONFIG_OPTION
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def run(stdin: str, file: str, *, verbose: bool) -> None:
    """Watch, tell and listen in one process, over the long connection.

    Needs what `larkwatch init` makes: the configuration, and the app's id and secret, here or in
    the environment as LARKWATCH_APP_ID and LARKWATCH_APP_SECRET. Stops on SIGINT or SIGTERM. With
    mode = "http" this is `larkwatch serve` with one worker. The configuration is read anew when
    its file changes, and on SIGHUP; with an error in it the old one stays, and the admins are told.

    With - standard input is watched too; at its end the rest goes on.

    Exit codes: 0 stopped, 2 the configuration or the credentials are wrong.
    """
    from bot.config.load import load, reading_stdin
    from bot.config.secrets import demand, read_secrets

    set_up_log(verbose=verbose)
    allow_many_open_files()
    config = or_fail(lambda: load(file))
    config = reading_stdin(config) if stdin else config
    secrets = or_fail(lambda: read_secrets(config, file))
    http = config.feishu.mode == "http"
    or_fail(lambda: demand(secrets, file, http=http))
    if http:
        from bot.cli.serve import serve_with

        serve_with(config.server.model_copy(update={"workers": 1}), config, secrets, file)
        return
    from bot.app.alive import Alive
    from bot.app.process import Larkwatch
    from bot.core.errors import DeliveryError

    alive = Alive()
    larkwatch = or_fail(lambda: Larkwatch(config, secrets, file, beat=alive.beat))
    try:
        larkwatch.check_credentials()
    except DeliveryError as error:
        raise Failure(f"Feishu refused the app: {error.detail} (code {error.code})") from error
    stop = Stop({signal.SIGHUP: larkwatch.read_anew})
    larkwatch.start()
    alive.ready()
    click.echo(f"Larkwatch runs ({len(config.watch)} watches). Ctrl-C stops it.", err=True)
    stop.wait()
    alive.stopping()
    larkwatch.stop()

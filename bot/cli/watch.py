"""`larkwatch watch`: only the watching part, reporting to a server elsewhere."""

import click

from bot.cli.common import CONFIG_OPTION, STDIN_ARGUMENT, Failure, or_fail, set_up_log
from bot.cli.open_files import allow_many_open_files
from bot.cli.stopping import Stop


@click.command(
    epilog="""\b
Examples:
  export LARKWATCH_INGEST_SECRET=…     # the same as on the server
  larkwatch watch -c agent.toml        # [agent] report_to = "https://larkwatch.example"
                                       # or "kafka:TOPIC", with [kafka] brokers
  dmesg --follow | larkwatch watch -c agent.toml -
"""
)
@STDIN_ARGUMENT
@CONFIG_OPTION
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def watch(stdin: str, file: str, *, verbose: bool) -> None:
    """Watch this host and report to `larkwatch serve` by signed HTTP, or through Kafka.

    Positions stay on this host, in the folder [agent] state. While the server cannot be reached,
    reading waits and nothing is lost. With - standard input is watched too.

    Exit codes: 0 stopped, 2 the configuration is wrong.
    """
    from bot.app.agent import build_agent
    from bot.app.alive import Alive
    from bot.config.load import load, reading_stdin
    from bot.config.secrets import INGEST_SECRET, read_secrets

    set_up_log(verbose=verbose)
    allow_many_open_files()
    config = or_fail(lambda: load(file))
    config = reading_stdin(config) if stdin else config
    secrets = or_fail(lambda: read_secrets(config, file))
    if not config.agent.report_to:
        raise Failure(f'{file}: found no [agent] report_to, wanted "https://HOST:PORT"')
    if not secrets.ingest_secret:
        raise Failure(f"found no {INGEST_SECRET}, wanted the secret that the server has too")
    alive = Alive()
    agent, close = or_fail(lambda: build_agent(config, secrets, file, alive.beat))
    stop = Stop()
    agent.start()
    alive.ready()
    click.echo(f"Larkwatch watches and reports to {config.agent.report_to}.", err=True)
    stop.wait()
    alive.stopping()
    agent.stop(2.0)
    close()

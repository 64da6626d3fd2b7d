"""What the configuration says of exports, as the threads that write them."""

from collections.abc import Callable, Mapping

from bot.app.backstage import Loop
from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.core.ports import Store
from bot.jobs.export.base import Wire
from bot.jobs.export.exporter import Exporter, Place
from bot.jobs.export.influx import Influx
from bot.jobs.export.remote_write import RemoteWrite
from watchers.clock import Clock

_WIRES: Mapping[str, Callable[[], Wire]] = {"remote-write": RemoteWrite, "influx": Influx}


def exports_of(config: Config, secrets: Secrets, store: Store, clock: Clock) -> tuple[Loop, ...]:
    """One thread for each, so that one that hangs keeps no other."""
    return tuple(
        Loop(
            name=f"export-{one.name}",
            step=Exporter(
                Place(
                    name=one.name,
                    url=one.url,
                    user=one.user,
                    secret=secrets.exports.get(one.name, ""),
                    labels=one.labels,
                    every=one.every,
                    timeout=one.timeout,
                ),
                _WIRES[one.kind](),
                store,
                clock,
            ).step,
        )
        for one in config.export
    )

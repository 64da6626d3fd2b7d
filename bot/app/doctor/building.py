"""Makes the scene for a process of its own: from the file, the environment and the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.app.doctor.app_in_feishu import TIMEOUT_S
from bot.app.doctor.platform import Platform
from bot.app.doctor.scene import Machine, Scene
from bot.config.errors import ConfigError, Problem
from bot.config.load import examine, sound_part
from bot.config.schema import Config
from bot.config.secrets import Secrets, read_secrets
from bot.feishu.client import Credentials, FeishuClient
from bot.store.condition import condition
from bot.store.database import missing_migrations, open_database
from bot.store.store import Store
from watchers.clock import Clock


@contextmanager
def scene_of(file: str, clock: Clock, machine: Machine | None = None) -> Iterator[Scene]:
    """Everything as it can be found from outside; also where the configuration is broken.

    The database is neither made nor brought up to date.
    """
    config, problems = sound_part(file), problems_of(file)
    secrets, unread = _secrets(config, file)
    scene = Scene(
        file=file,
        config=config,
        problems=problems + unread,
        secrets=secrets,
        clock=clock,
        platform=Platform(_client(config, secrets), secrets.app_id),
        machine=machine or Machine(),
    )
    if scene.only_watches:
        yield scene
        return
    found = condition(scene.database_url)
    scene = replace(scene, condition=found)
    if found.trouble is not None:
        yield scene
        return
    database = open_database(scene.database_url)
    try:
        missing = missing_migrations(database)
        yield replace(scene, store=None if missing else Store(database), missing=missing)
    finally:
        database.close()


def problems_of(file: str) -> tuple[Problem, ...]:
    """What is wrong with the file, but for what other checks see better."""
    return tuple(
        one
        for one in examine(file)[1]
        if one.fatal or (one.path and not one.path.startswith("watch"))
    )


def _secrets(config: Config, file: str) -> tuple[Secrets, tuple[Problem, ...]]:
    """What can be read of them; where a file cannot be, those of the environment."""
    try:
        return read_secrets(config, file), ()
    except ConfigError as error:
        return read_secrets(Config(), file), error.problems


def _client(config: Config, secrets: Secrets) -> FeishuClient | None:
    if not (secrets.app_id and secrets.app_secret):
        return None
    return FeishuClient(
        Credentials(
            app_id=secrets.app_id,
            app_secret=secrets.app_secret,
            domain=config.feishu.origin,
            timeout_s=TIMEOUT_S,
        )
    )

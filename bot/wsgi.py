"""The entry for a gunicorn of your own: ``gunicorn 'bot.wsgi:application()'``."""

import atexit
import os

from flask import Flask

from bot.app.serving import Serving
from bot.config.load import load
from bot.config.secrets import demand, read_secrets

CONFIG_VARIABLE = "LARKWATCH_CONFIG"


def application() -> Flask:
    """Build and start one worker's Larkwatch.

    The configuration is the file that the environment names as LARKWATCH_CONFIG, by default
    ``larkwatch.toml``. Do not use ``--preload``: what is started here must not be forked.

    Raises:
        ConfigError: If the configuration or a secret is wrong.
    """
    file = os.environ.get(CONFIG_VARIABLE, "larkwatch.toml")
    config = load(file)
    secrets = read_secrets(config, file)
    demand(secrets, file, http=config.feishu.mode == "http")
    serving = Serving(config, secrets, file)
    atexit.register(serving.stop)
    return serving.web

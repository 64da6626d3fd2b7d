"""`larkwatch token`: what programs show to the HTTP API; made, listed, revoked."""

from typing import TYPE_CHECKING

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail
from bot.cli.remote.showing import Shown

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.audit import Actor
    from bot.core.token import Scope, Token
    from bot.engine.tokens import Tokens
    from bot.store.store import Store

_COLUMNS = {
    "name": "name",
    "state": "state",
    "made": "created_at",
    "ends": "expires_at",
    "last used": "used_at",
    "scopes": "scopes",
}
_READ = "read"
_ALL = "all"


@click.group()
def token() -> None:
    """Give programs tokens for the HTTP API, list them, take them back.

    Works on the database of the configuration, also while Larkwatch runs: what is revoked opens
    nothing from the next request on.
    """


@token.command(
    epilog="""\b
Examples:
  larkwatch token create dashboard --scope read
  larkwatch token create ci --scope mutes:write --scope alerts:read --expires 90d
  LARKWATCH_TOKEN=$(larkwatch token create laptop --scope all) larkwatch alerts --server URL"""
)
@CONFIG_OPTION
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="What it may do, as often as needed: AREA:read or AREA:write, of alerts, mutes, rules, "
    'subscriptions, health; series:read, status:read; "read" is all that reads, "all" is all.',
)
@click.option("--expires", default="", metavar="SPAN", help='After this, e.g. "90d"; else never.')
def create(file: str, name: str, scopes: tuple[str, ...], expires: str) -> None:
    """Make a token, and print it. It is shown this once: only a hash of it is kept.

    NAME is what cards and the audit say of whoever acts with it.

    Exit codes: 0 made, 2 the name or a scope is wrong, or the database cannot be opened.
    """
    from bot.core.token import name_is_good

    if not name_is_good(name):
        raise Failure(f'{name}: wanted up to 40 letters, digits, ".", "_" and "-", e.g. "ci"')
    wanted = _scopes(scopes)
    tokens, _, now = _opened(file)
    ends = _end(expires, now)
    given = or_fail(lambda: tokens.give(name, wanted, _operator(), now, ends))
    click.echo(given.shown)
    click.echo("Keep it now: it cannot be shown again.", err=True)


@token.command(name="list")
@CONFIG_OPTION
@click.option("--json", "as_json", is_flag=True, help="A JSON array, for programs.")
def list_(file: str, *, as_json: bool) -> None:
    """Say which tokens there are, revoked ones too.

    Each has the keys name, scopes, created_at, expires_at, used_at (to a minute), revoked_at and
    state: holds, expired or revoked.

    Exit codes: 0 done, 2 the configuration is wrong or the database cannot be opened.
    """
    _, store, now = _opened(file)
    rows = [{**_as_json(one), "state": _state(one, now)} for one in store.tokens.all()]
    Shown(as_json=as_json).table(rows, _COLUMNS)


@token.command()
@CONFIG_OPTION
@click.argument("name")
def revoke(file: str, name: str) -> None:
    """Let the token NAME open nothing any more.

    Exit codes: 0 revoked, 2 there is none, or the database cannot be opened.
    """
    tokens, _, now = _opened(file)
    or_fail(lambda: tokens.revoke(name, _operator(), now))
    click.echo(f"{name} opens nothing any more")


def _opened(file: str) -> "tuple[Tokens, Store, datetime]":
    from bot.config.load import database_url, load
    from bot.engine.tokens import Tokens
    from bot.store.database import migrate, open_database
    from bot.store.store import Store
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    database = or_fail(lambda: open_database(database_url(config, file)))
    now = SystemClock().now()
    migrate(database, now)
    store = Store(database)
    return Tokens(store), store, now


def _operator() -> "Actor":
    from bot.core.audit import Actor, Source

    return Actor(id="", name="larkwatch token", source=Source.SYSTEM)


def _scopes(words: tuple[str, ...]) -> "frozenset[Scope]":
    from bot.core.token import Scope

    found: set[Scope] = set()
    for word in words:
        if word in (_READ, _ALL):
            found.update(one for one in Scope if word == _ALL or one.value.endswith(f":{_READ}"))
            continue
        try:
            found.add(Scope(word))
        except ValueError:
            known = ", ".join((_READ, _ALL, *(one.value for one in Scope)))
            raise Failure(f"--scope {word}: there is no such scope (there are: {known})") from None
    return frozenset(found)


def _end(span: str, now: "datetime") -> "datetime | None":
    from bot.config.span import parse_span

    if not span:
        return None
    try:
        return now + parse_span(span)
    except ValueError as error:
        raise Failure(f"--expires {span}: wanted {error}") from error


def _state(one: "Token", now: "datetime") -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "holds" if one.holds(now) else "expired"


def _as_json(one: "Token") -> dict[str, object]:
    moments = {"created_at": one.created_at, "expires_at": one.expires_at}
    moments |= {"used_at": one.used_at, "revoked_at": one.revoked_at}
    said = {name: at.isoformat() if at is not None else None for name, at in moments.items()}
    return {"name": one.name, "scopes": sorted(one.scopes), **said}

"""The configuration as the engine's terms, and as people are told of it."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.noise import noise_of
from bot.app.outbound import errands_of
from bot.config.lines import line_of
from bot.config.load import rules_of
from bot.config.schema import Config
from bot.core.rota import Rota
from bot.core.routing import Route
from bot.core.subscription import Target, TargetKind
from bot.engine.terms import Terms
from bot.engine.views import RuleFacts
from watchers.delay import write_span
from watchers.detectors.base import RuleSettings, WindowRule


def terms_of(config: Config) -> Terms:
    """How long things last, and who is told when nobody else is."""
    alerts, feishu = config.alerts, config.feishu
    admins = tuple(_route(person, config) for person in feishu.admins)
    group = (_route(feishu.fallback_chat, config),) if feishu.fallback_chat else ()
    return Terms(
        quiet=alerts.quiet,
        reopen=alerts.reopen,
        keep=alerts.keep,
        noise=noise_of(config),
        fallback=group or admins,
        admins=admins,
        monthly_calls=config.delivery.monthly_calls,
        rush=config.delivery.rush,
        delay=alerts.delay,
        ack_timeout=alerts.ack_timeout,
        ack_reminder=alerts.ack_reminder,
        ack_growth=alerts.ack_growth,
        plans=tuple(one.plan() for one in config.escalation),
        rotas=rotas_of(config),
        errands=errands_of(config),
        templates=tuple(one.template for one in config.template),
        silent_after=config.health.silent_after,
        silent_severity=config.health.silent_severity,
        full_within=config.health.full_within,
        full_severity=config.health.full_severity,
        mutes=config.mutes.terms(feishu.time_zone),
        rules=frozenset(one.name for one in rules_of(config)),
        training=frozenset(one.name for one in rules_of(config) if one.stage == "training"),
        series=tuple(name for one in rules_of(config) for name in one.series),
        digest=config.digest.terms(feishu.time_zone),
    )


def rotas_of(config: Config) -> tuple[Rota, ...]:
    """Who takes turns, without what calendars say."""
    zone = ZoneInfo(config.feishu.time_zone)
    return tuple(one.rota(zone) for one in config.rota)


def facts_of(rule: RuleSettings, config: Config, file: str) -> RuleFacts:
    """A rule as far as people are told of it."""
    own = {one.name for one in config.rule}
    return RuleFacts(
        name=rule.name,
        title=rule.title,
        severity=rule.severity,
        pattern=rule.pattern,
        responses=frozenset(rule.responses),
        origin="file" if rule.name in own else "default",
        exclude=rule.exclude,
        recovery=rule.recovery,
        files=rule.files,
        place=_place(rule, config, file) if rule.name in own else "",
        kind=_kind(rule),
        shadow=rule.stage == "shadow",
        training=rule.stage == "training",
    )


def _kind(rule: RuleSettings) -> str:
    """``frequency: num_events=10, timeframe=5m``, "" for a rule that finds single records."""
    if not isinstance(rule, WindowRule):
        return ""
    own = {name for name in rule.model_fields_set if name not in RuleSettings.model_fields}
    said = {name: getattr(rule, name) for name in type(rule).model_fields if name in own}
    kind = said.pop("kind", "")
    return f"{kind}: {', '.join(f'{name}={_said(value)}' for name, value in said.items())}"


def _said(value: object) -> str:
    if isinstance(value, timedelta):
        return write_span(value)
    if isinstance(value, tuple):
        return "+".join(map(_said, value))
    return str(value)


def _place(rule: RuleSettings, config: Config, file: str) -> str:
    """Where it stands in the file, which may have changed meanwhile."""
    number = [one.name for one in config.rule].index(rule.name)
    try:
        line = line_of(Path(file).read_text("utf-8", "replace"), ("rule", number))
    except OSError:
        line = 0
    return f"{Path(file).name}:{line}" if line else Path(file).name


def _route(address: str, config: Config) -> Route:
    target = Target(kind=TargetKind.FEISHU_CHAT, address=address)
    return Route(target=target, language=config.feishu.language, subscription_id=0)

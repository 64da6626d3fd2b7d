"""Chat lines in two languages become the same commands."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.matcher import Matcher, Operator
from bot.core.sifting import Sift
from bot.core.subscription import Language
from bot.engine.health_views import ChartSpan
from bot.feishu.commands.acknowledge import AcknowledgeCommand
from bot.feishu.commands.alert import ShowAlert
from bot.feishu.commands.alerts import ListAlerts
from bot.feishu.commands.base import Command
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.health import ForgetHost, SampleEvery, ShowHost, ShowHosts
from bot.feishu.commands.help import Help
from bot.feishu.commands.mute import MuteMany, MuteOne
from bot.feishu.commands.mutes import ListMutes
from bot.feishu.commands.parse import Unknown, parse
from bot.feishu.commands.registry import COMMANDS
from bot.feishu.commands.resolve import ResolveCommand
from bot.feishu.commands.rules import ListRules
from bot.feishu.commands.selection import Selection
from bot.feishu.commands.status import Status
from bot.feishu.commands.subscribe import AskForm, Subscribe
from bot.feishu.commands.subscriptions import ListSubscriptions
from bot.feishu.commands.unmute import Lift, UnmuteOne
from bot.feishu.commands.unsubscribe import ChooseSubscription, Unsubscribe
from bot.feishu.texts import texts_in
from watchers.finding import Severity

NOW = datetime(2026, 11, 23, 2, 14, 7, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def is_(label: str, value: str, operator: Operator = Operator.EQUAL) -> Matcher:
    return Matcher(label=label, operator=operator, value=value)


def listed(*matchers: Matcher, least: Severity | None = None, page: int = 1) -> ListAlerts:
    return ListAlerts(sift=Sift(matchers=matchers, least_severity=least), page=page)


def one(span: timedelta = HOUR, reason: str = "") -> MuteOne:
    return MuteOne(alert_id=42, until=NOW + span, reason=reason)


def many(*matchers: Matcher, span: timedelta = HOUR, reason: str = "") -> MuteMany:
    return MuteMany(matchers=matchers, until=NOW + span, reason=reason)


def wanting(
    *matchers: Matcher, least: Severity | None = None, language: Language | None = None
) -> Subscribe:
    return Subscribe(
        selection=Selection(matchers=matchers, least_severity=least, language=language)
    )


PAY = is_("service", "pay")
ERROR = is_("rule", "error")
PHRASES: tuple[tuple[str, Command], ...] = (
    ("/help", Help()),
    ("HELP", Help()),
    ("帮助", Help()),
    ("？", Help()),
    ("/help mute", Help(topic="mute")),
    ("/status", Status()),
    ("  /  Status  ", Status()),
    ("／ｓｔａｔｕｓ", Status()),
    ("状态", Status()),
    ("/状态", Status()),
    ("health", ShowHosts()),
    ("健康", ShowHosts()),
    ("/health page 2", ShowHosts(page=2)),
    ("/health web-1", ShowHost(name="web-1")),
    ("主机 web-1 24h", ShowHost(name="web-1", span=ChartSpan.DAY)),
    ('/health "interval" 6h', ShowHost(name="interval", span=ChartSpan.QUARTER)),
    ("/health interval", SampleEvery(asks=True)),
    ("/health interval 30s", SampleEvery(every=timedelta(seconds=30))),
    ("健康 间隔 1分钟", SampleEvery(every=timedelta(minutes=1))),
    ("健康 间隔 30 秒", SampleEvery(every=timedelta(seconds=30))),
    ("/health interval default", SampleEvery()),
    ("/health forget web-1", ForgetHost(name="web-1")),
    ("\u200b/status\ufeff", Status()),
    ("/alerts", listed()),
    ("告警", listed()),
    ("活跃告警", listed()),
    ("/alerts service=pay", listed(PAY)),
    ("/alerts service = pay", listed(PAY)),
    ("/alerts service=pay, rule=error", listed(PAY, ERROR)),
    ("告警 服务=pay，规则=error", listed(PAY, ERROR)),
    ("alerts level>=high", listed(least=Severity.HIGH)),
    ("alerts level >= high", listed(least=Severity.HIGH)),
    ("alerts severity>=critical page 3", listed(least=Severity.CRITICAL, page=3)),
    ("告警 级别>=高", listed(least=Severity.HIGH)),
    ("告警 级别≥中 第2页", listed(least=Severity.MEDIUM, page=2)),
    ("告警 严重", listed(least=Severity.CRITICAL)),
    ("alerts P2", listed(least=Severity.HIGH)),
    ("alerts page=2", listed(page=2)),
    ("alerts p 2", listed(page=2)),
    ("告警 第 2 页", listed(page=2)),
    ("告警 2页", listed(page=2)),
    ("alerts 级别=低", listed(is_("severity", "low"))),
    ("alerts service=~pay.*", listed(is_("service", "pay.*", Operator.MATCHES))),
    ("alerts host!=web-03", listed(is_("host", "web-03", Operator.NOT_EQUAL))),
    ('alerts service="pay core"', listed(is_("service", "pay core"))),
    ("alerts service=“pay core”", listed(is_("service", "pay core"))),
    ("/alert 42", ShowAlert(alert_id=42)),
    ("alert #42", ShowAlert(alert_id=42)),
    ("告警 #42", ShowAlert(alert_id=42)),
    ("告警42", ShowAlert(alert_id=42)),
    ("查看 42", ShowAlert(alert_id=42)),
    ("/ack 42", AcknowledgeCommand(alert_id=42)),
    ("ack #42", AcknowledgeCommand(alert_id=42)),
    ("Ack42", AcknowledgeCommand(alert_id=42)),
    ("认领 42", AcknowledgeCommand(alert_id=42)),
    ("认领#42", AcknowledgeCommand(alert_id=42)),
    ("认领　＃４２", AcknowledgeCommand(alert_id=42)),
    ("收到 42", AcknowledgeCommand(alert_id=42)),
    ("/resolve 42", ResolveCommand(alert_id=42)),
    ("解决 42", ResolveCommand(alert_id=42)),
    ("标记解决 42", ResolveCommand(alert_id=42)),
    ("fixed 42", ResolveCommand(alert_id=42)),
    ("/mute 42", one()),
    ("静默 42", one()),
    ("mute #42 90m", one(timedelta(minutes=90))),
    ("/mute 42 1h", one()),
    ("静默42 2天", one(timedelta(days=2))),
    ("静默 42 半小时 等发布", one(timedelta(minutes=30), "等发布")),
    ("mute 42 2h can't fix now", one(2 * HOUR, "can't fix now")),
    ("静默 42 到明早9点", one(datetime(2026, 11, 24, 1, tzinfo=UTC) - NOW)),
    ("mute 42 until tomorrow 9am", one(datetime(2026, 11, 24, 1, tzinfo=UTC) - NOW)),
    ("/mute service=pay 2天 发布中", many(PAY, span=timedelta(days=2), reason="发布中")),
    ("/mute 2h service=pay", many(PAY, span=2 * HOUR)),
    ("/mute 2 hours service=pay", many(PAY, span=2 * HOUR)),
    ("/mute service=pay rule=error", many(PAY, ERROR)),
    ("静默 服务=pay 1小时", many(PAY)),
    ("静默 级别=低 一天", many(is_("severity", "low"), span=timedelta(days=1))),
    ("/mute rule=error 1h 'x=1 is known'", many(ERROR, reason="x=1 is known")),
    ("屏蔽 42 45分钟", one(timedelta(minutes=45))),
    ("/unmute 42", UnmuteOne(alert_id=42)),
    ("取消静默 42", UnmuteOne(alert_id=42)),
    ("取消静默42", UnmuteOne(alert_id=42)),
    ("/unmute m3", Lift(mute_id=3)),
    ("取消静默 M3", Lift(mute_id=3)),
    ("/mutes", ListMutes()),
    ("静默列表", ListMutes()),
    ("/rules", ListRules()),
    ("规则", ListRules()),
    ("/subscribe", AskForm()),
    ("订阅", AskForm()),
    ("订阅告警", AskForm()),
    ("/subscribe service=pay rule=error level>=high lang=en",
     wanting(PAY, ERROR, least=Severity.HIGH, language=Language.EN)),
    ("订阅 服务=pay 级别>=严重 语言=英文",
     wanting(PAY, least=Severity.CRITICAL, language=Language.EN)),
    ("订阅 全部", wanting()),
    ("subscribe all level>=info", wanting(least=Severity.INFO)),
    ("/unsubscribe", ChooseSubscription()),
    ("取消订阅", ChooseSubscription()),
    ("取消订阅 3", Unsubscribe(subscription_id=3)),
    ("退订 #3", Unsubscribe(subscription_id=3)),
    ("unsubscribe all", Unsubscribe(subscription_id=None)),
    ("取消订阅 全部", Unsubscribe(subscription_id=None)),
    ("/subscriptions", ListSubscriptions()),
    ("订阅列表", ListSubscriptions()),
    ("我的订阅", ListSubscriptions()),
)  # fmt: skip


@pytest.mark.parametrize(("line", "meant"), PHRASES, ids=[line for line, _ in PHRASES])
def test_a_phrase_is_understood(line: str, meant: Command) -> None:
    assert parse(line, NOW, ZONE) == meant


def test_there_are_many_phrases() -> None:
    assert len({line for line, _ in PHRASES}) >= 80


@pytest.mark.parametrize(
    ("line", "found", "example"),
    [
        ("/ack", "", "/ack 42"),
        ("/ack soon", "soon", "/ack 42"),
        ("/ack 0", "0", "/ack 42"),
        ("/ack 99999999999999999999", "99999999999999999999", "/ack 42"),
        ("/ack 42 43", "43", "/ack 42 2h"),
        ("/ack 42 soon", "soon", "/ack 42 2h"),
        ("/assign 42", "", "/assign 42 me"),
        ("/comment 42", "", "/comment 42 disk was full, cleaned up"),
        ("/severity 42 awful", "awful", "/severity 42 critical"),
        ("/mute", "", "/mute 42 1h"),
        ("/mute 42 99d", "99d", "/mute 42 1h30m"),
        ("/mute 42 never", "never", "/mute 42 1h"),
        ("/mute 42 -5h", "-5h", "/mute 42 1h30m"),
        ("/mute 42 10s", "10s", "/mute 42 1h30m"),
        ("/mute 42 30", "30", "/mute 42 1h30m"),
        ("/mute 42 1h5", "1h5", "/mute 42 1h30m"),
        ("/mute 42 到25点", "到25点", "/mute 42 1h30m"),
        ("/mute level>=high 1h", "level>=high", "/mute service=pay severity=low 2h"),
        ("/unmute x3", "x3", "/unmute 42"),
        ("/alerts nonsense", "nonsense", "/alerts service=pay level>=high page 2"),
        ("/alerts level>=bad", "bad", "level>=high"),
        ("/alerts page x", "x", "/alerts page 2"),
        ("/alerts service=~(", "service=~(", "service=pay level>=high"),
        ('/alerts service="pay', '"pay', 'service="pay core"'),
        ("/subscribe lang=fr", "fr", "lang=en"),
        ("/unsubscribe three", "three", "/unsubscribe 3"),
        ("/status now", "now", "/status"),
        ("/help " + "x" * 600, "help " + "x" * 74 + "…", "/help"),
        ("/mute 42 1h " + "x" * 300, "x" * 79 + "…", "/mute 42 1h"),
    ],
)
def test_an_error_says_what_was_found_and_what_would_work(
    line: str, found: str, example: str
) -> None:
    with pytest.raises(CommandError) as caught:
        parse(line, NOW, ZONE)
    assert (caught.value.found, caught.value.example) == (found, example)
    for language in Language:
        assert caught.value.wanted(texts_in(language))


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("staus", "/status"),
        ("/acknowlege 42", "/ack 42"),
        ("/mut 42 2h", "/mute 42 2h"),
        ("subscripe", "/subscribe"),
        ("helpp", "/help"),
        ("请帮我认领 42 谢谢", "/ack 42"),
        ("支付服务静默一小时", "/mute"),
        ("状态不好怎么办", "/status"),
        ("what is the status of things", "/status"),
        ("weather in Paris", ""),
        ("package 42 arrived", ""),
        ("", ""),
    ],
)
def test_an_unknown_line_suggests_the_nearest_command(line: str, nearest: str) -> None:
    assert parse(line, NOW, ZONE) == Unknown(text=line.removeprefix("/"), nearest=nearest)


@pytest.mark.parametrize("language", Language)
def test_every_example_in_the_help_works(language: Language) -> None:
    for spec in COMMANDS:
        text = spec.text(texts_in(language))
        for example in text.examples:
            command = parse(example, NOW, ZONE)
            assert not isinstance(command, Unknown), example


def test_no_name_means_two_commands() -> None:
    names = [name for spec in COMMANDS for name in spec.names]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)


@given(
    line=st.text(max_size=80)
    | st.sampled_from(PHRASES).flatmap(
        lambda phrase: st.text(max_size=20).map(lambda tail: f"{phrase[0]} {tail}")
    )
)
def test_any_line_is_a_command_or_a_readable_error(line: str) -> None:
    with suppress(CommandError):
        parse(line, NOW, ZONE)

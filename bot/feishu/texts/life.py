"""What a card says of an alert's life beside its state; a section with both its languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.verdict import Verdict

_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeTexts:
    """Unknown, flapping, acknowledgements that end, people, what came late."""

    unknown: str
    no_log_since: _One
    flapping_tag: Callable[[int], str]
    flapping: Callable[[str, int], str]
    until: _One
    resolved_by_line: _One
    resolved_with_rule: _One
    assigned_to: _One
    followers: _One
    previous: _One
    late: _One
    two_clocks: _Two
    written_and_read: _Two
    severity_by: _One
    rule_text: str
    ack_menu: str
    ack_for: _One
    ack_without_end: str
    unacknowledge: str
    taken_until: _Two
    let_go: _Two
    assigned: _Two
    assigned_to_nobody: _One
    commented: _One
    severity_set: _Two
    judge_menu: str
    judge: Mapping[Verdict, str]
    judged: Mapping[Verdict, _One]
    no_template: str
    wanted_person: str
    wanted_comment: str


LIFE_EN = LifeTexts(
    unknown="❔ Unknown",
    no_log_since=lambda at: f"❔ No log since {at}: its source is gone, so nobody can say",
    flapping_tag=lambda times: f"Flapping ×{times}",
    flapping=lambda at, times: f"〰️ Flapping since {at} ({times}×); no messages until it is steady",
    until=lambda at: f"until {at}",
    resolved_by_line=lambda at: f"🟢 A line said it is over; resolved at {at}",
    resolved_with_rule=lambda at: f"🟢 Its rule was removed; closed at {at}",
    assigned_to=lambda name: f"👤 Assigned to {name}",
    followers=lambda names: f"👀 {names} follow",
    previous=lambda number: f"↩️ The same before: {number}",
    late=lambda count: f"⏪ {count} records from before it was resolved came in late",
    written_and_read=lambda written, read: f"⏱ Written {written}, read {read}",
    two_clocks=lambda said, received: f"⏱ Its host's clock: {said} · received here: {received}",
    severity_by=lambda name: f"🎚 Severity set by {name}",
    rule_text="The rule, as it was when this fired",
    ack_menu="Acknowledged for…",
    ack_for=lambda span: f"for {span}, then remind",
    ack_without_end="without end",
    unacknowledge="Let it go",
    taken_until=lambda number, until: f"{number} is taken {until}",
    let_go=lambda number, name: f"{name} let {number} go",
    assigned=lambda number, name: f"Assigned {number} to {name}",
    assigned_to_nobody=lambda number: f"{number} is assigned to nobody",
    commented=lambda number: f"Noted on {number}",
    severity_set=lambda number, severity: f"Severity of {number} is {severity} now",
    judge_menu="This kind of message…",
    judge={Verdict.NOISE: "is noise: tell no more", Verdict.MATTERS: "matters: high at least"},
    judged={
        Verdict.NOISE: lambda number: f"Messages like {number} are noise: recorded, told no more",
        Verdict.MATTERS: lambda number: f"Messages like {number} matter: told, high at least",
    },
    no_template="Its rule does not tell kinds of messages apart; mute it, or set per_template",
    wanted_person="somebody mentioned by @, or me, or nobody",
    wanted_comment="what you have to say",
)
LIFE_ZH = LifeTexts(
    unknown="❔ 未知",
    no_log_since=lambda at: f"❔ {at} 之后没有日志：来源失联，无法判断是否恢复",
    flapping_tag=lambda times: f"抖动 {times} 次",
    flapping=lambda at, times: f"〰️ {at} 起抖动 {times} 次；平稳之前不再提醒",
    until=lambda at: f"到 {at} 为止",
    resolved_by_line=lambda at: f"🟢 出现恢复日志，于 {at} 自动恢复",
    resolved_with_rule=lambda at: f"🟢 规则已移除，于 {at} 关闭",
    assigned_to=lambda name: f"👤 指派给 {name}",
    followers=lambda names: f"👀 {names} 关注",
    previous=lambda number: f"↩️ 同一问题的上一条：{number}",
    late=lambda count: f"⏪ 其中 {count} 条是解决前的旧日志，迟到计入",
    written_and_read=lambda written, read: f"⏱ 日志写于 {written}，读取于 {read}",
    two_clocks=lambda said, received: f"⏱ 日志所在主机时间 {said} · 收到时间 {received}",
    severity_by=lambda name: f"🎚 级别由 {name} 设定",
    rule_text="触发时的规则",
    ack_menu="认领时限…",
    ack_for=lambda span: f"{span}后提醒",
    ack_without_end="不限时",
    unacknowledge="取消认领",
    taken_until=lambda number, until: f"{number} 的认领：{until}",
    let_go=lambda number, name: f"{name} 取消认领 {number}",
    assigned=lambda number, name: f"已把 {number} 指派给 {name}",
    assigned_to_nobody=lambda number: f"已取消 {number} 的指派",
    commented=lambda number: f"已记到 {number} 的经过里",
    severity_set=lambda number, severity: f"{number} 的级别已设为{severity}",
    judge_menu="这类日志…",
    judge={Verdict.NOISE: "是噪音：不再通知", Verdict.MATTERS: "重要：级别至少为高"},
    judged={
        Verdict.NOISE: lambda number: f"已记住：{number} 这类日志是噪音，只记录、不再通知",
        Verdict.MATTERS: lambda number: f"已记住：{number} 这类日志重要，会通知，级别至少为高",
    },
    no_template="它的规则不区分日志种类；可以静默它，或给规则设置 per_template",
    wanted_person="用 @ 提到的人，或“我”，或“无”",
    wanted_comment="要说的话",
)

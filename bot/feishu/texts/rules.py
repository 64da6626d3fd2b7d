"""What cards say of rules: proposals, one rule, its form; a section with both its languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.errors import Refusal
from bot.core.rule import Flaw, RuleState, Verdict
from bot.feishu.texts.command import CommandText

_Count = Callable[[int], str]
_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRuleTexts:
    """Rules, made in chats or configured."""

    watch: CommandText
    rule: CommandText
    state: Mapping[RuleState, str]
    until: _Two
    open_end: str
    found_lately: _Two
    show: str
    more_rules: str
    proposed_title: str
    proposed_lead: str
    no_words: str
    template: str
    pattern: str
    fields: _One
    exclude: str
    recovery: str
    severity: str
    threshold: str
    each: str
    at_least: _Two
    name: str
    files: str
    everywhere: str
    fired: _Count
    never_fired: str
    matched: _Count
    first_last: _Two
    tested: _Two
    not_whole: str
    undated: _Count
    no_files: str
    elsewhere: _One
    taken_from: _One
    outranked: _One
    advice: _One
    use_advice: _One
    keep: str
    kind: str
    shadow: str
    train: str
    edit: str
    drop: str
    dropped: _One
    made_title: _One
    hour: str
    day: str
    week: str
    chart: str
    hits: _Count
    no_hits: str
    hit_count: _Count
    quietly: str
    would_have: _Count
    origin_default: str
    origin_file: _One
    origin_chat: _Two
    changed: Callable[[int, str, str], str]
    paused: Callable[[str, str, str], str]
    muted: _Two
    broken: _One
    taken_name: str
    pause_hour: str
    pause_open: str
    resume: str
    mute_hour: str
    unmute: str
    go_live: str
    delete: str
    delete_title: _One
    delete_lead: str
    delete_sure: str
    deleted: _One
    try_line: str
    try_hint: str
    try_it: str
    verdict: Mapping[Verdict, str]
    change_threshold: str
    threshold_hint: str
    save: str
    form_title: _One
    form_lead: str
    count: str
    span: str
    files_hint: str
    pattern_hint: str
    optional: str
    flaw: Mapping[Flaw, _Two]
    faults_title: str
    saved: str
    trained_title: _One
    trained_lead: str
    refusal: Mapping[Refusal, str]
    may_not: str
    wanted_verb: str
    wanted_name: str
    wanted_line: str
    wanted_threshold: str
    wanted_training: str


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


RULES_ZH = ChatRuleTexts(
    watch=CommandText(
        about="粘贴一行日志，以后盯着它",
        usage="/watch 日志行",
        examples=("/watch ERROR pay: card 8841 declined after 3021 ms",),
    ),
    rule=CommandText(
        about="查看一条规则；暂停、恢复、修改",
        usage="/rule 名称 [pause 1h]",
        examples=("/rule error", "/rule error pause 1h", "/rule error resume"),
    ),
    state={
        RuleState.LIVE: "生效",
        RuleState.RECORDS: "只记录",
        RuleState.SHADOW: "影子",
        RuleState.TRAINING: "训练",
        RuleState.PAUSED: "已暂停",
        RuleState.BROKEN: "不可用",
    },
    until=lambda state, at: f"{state}至 {at}",
    open_end="手动恢复",
    found_lately=lambda count, last: f"24 小时 {count} 条 · 最近 {last}",
    show="查看",
    more_rules="全部规则",
    proposed_title="👁 盯住这样的日志？",
    proposed_lead="还没有生效。",
    no_words="一行日志，其中至少有几个字说明发生了什么",
    template="模板",
    pattern="正则",
    fields=lambda names: f"字段：{names}",
    exclude="排除",
    recovery="恢复",
    severity="级别",
    threshold="阈值",
    each="每次都告警",
    at_least=lambda count, span: f"{span}内 {count} 次",
    name="名称",
    files="文件",
    everywhere="全部",
    fired=lambda count: f"⏪ 过去 24 小时会告警 {count:,} 次",
    never_fired="⏪ 过去 24 小时不会告警",
    matched=lambda count: f"匹配 {count:,} 行",
    first_last=lambda first, last: f"最早 {first}，最近 {last}",
    tested=lambda files, size: f"本机 {files} 个文件，{size}",
    not_whole="没有读完：只看了最新的部分",
    undated=lambda count: f"{count:,} 行没有时间，可能更早",
    no_files="本机没有可以回测的文件",
    elsewhere=lambda names: f"只在本机回测；其他主机没有：{names}",
    taken_from=lambda names: f"这些行现在由 {names} 计数，生效后改由本规则",
    outranked=lambda name: f"⚠️ 这些行由更严重的 {name} 计数；级别不低于它，本规则才会告警",
    advice=lambda threshold: f"💡 这样的行很多，建议阈值：{threshold}",
    use_advice=lambda threshold: f"改为 {threshold}",
    keep="✅ 生效",
    kind="类型",
    shadow="影子运行",
    train="训练 1 天",
    edit="修改",
    drop="放弃",
    dropped=lambda name: f"已放弃 {name}",
    made_title=lambda name: f"📐 规则 {name}",
    hour="1 小时",
    day="24 小时",
    week="7 天",
    chart="每小时匹配，过去 24 小时",
    hits=lambda count: f"最近命中 {count} 次",
    no_hits="最近没有命中",
    hit_count=lambda count: f"{count:,} 条",
    quietly="未通知",
    would_have=lambda count: f"👻 只计数、不通知；7 天内本会告警 {count:,} 次",
    origin_default="内置规则",
    origin_file=lambda place: f"配置文件 {place}",
    origin_chat=lambda name, at: f"{name} 于 {at} 在会话中创建",
    changed=lambda version, name, at: f"第 {version} 版，{name} 改于 {at}",
    paused=lambda name, at, until: f"⏸ {name} 于 {at} 暂停，至 {until}",
    muted=lambda number, until: f"🔕 静默 {number}，{until}",
    broken=lambda why: f"⚠️ 不能使用，已跳过：{why}",
    taken_name="配置文件里有同名规则",
    pause_hour="暂停 1h",
    pause_open="暂停",
    resume="恢复",
    mute_hour="静默 1h",
    unmute="取消静默",
    go_live="✅ 转为生效",
    delete="删除",
    delete_title=lambda name: f"删除规则 {name}？",
    delete_lead="它的活跃告警会一并结束。历史和操作记录保留。",
    delete_sure="删除",
    deleted=lambda name: f"已删除规则 {name}",
    try_line="试一行日志",
    try_hint="粘贴一行日志",
    try_it="测试",
    verdict={
        Verdict.MATCHES: "✅ 匹配",
        Verdict.EXCLUDED: "➖ 匹配，但被排除",
        Verdict.RECOVERS: "🟢 表示恢复",
        Verdict.NO_MATCH: "❌ 不匹配",
        Verdict.UNUSABLE: "⚠️ 正则不能使用",
    },
    change_threshold="阈值",
    threshold_hint="例如 `5 in 10m`；1 为每次",
    save="保存",
    form_title=lambda name: f"✏️ 修改 {name}",
    form_lead="保存后会再回测一次。",
    count="次数",
    span="时间内",
    files_hint="监控名、路径或 *.log，用逗号分开；空为全部",
    pattern_hint="逐行匹配的正则表达式",
    optional="可不填",
    flaw={
        Flaw.NAME: lambda found, _: f"名称“{found}”：要 1–60 个字母、数字、汉字、点、- 或 _",
        Flaw.NAME_TAKEN: lambda found, _: f"名称“{found}”已有规则使用",
        Flaw.PATTERN: lambda _, why: f"正则：{why or '不能为空'}",
        Flaw.EXCLUDE: lambda _, why: f"排除：{why}",
        Flaw.RECOVERY: lambda _, why: f"恢复：{why}",
        Flaw.PATTERN_LENGTH: lambda *_: "正则：最多 1000 个字符",
        Flaw.COUNT: lambda found, _: f"次数“{found}”：要 1 到 100000 的整数",
        Flaw.SPAN: lambda found, _: f"时间“{found}”：要 10s 到 1d，例如 10m",
        Flaw.FILES: lambda *_: "文件：最多 10 项，每项不超过 200 个字符",
        Flaw.SEVERITY: lambda found, _: f"级别“{found}”：不认识",
    },
    faults_title="还没有保存，请改正：",
    saved="已保存",
    trained_title=lambda name: f"🎓 规则 {name} 训练结束",
    trained_lead="现在在影子里运行，不通知任何人。要生效吗？",
    refusal={
        Refusal.UNKNOWN_RULE: "没有这样的规则；/rules 列出全部",
        Refusal.RULE_OF_FILE: "这条规则写在配置文件里，只能在会话里暂停或静默",
        Refusal.NOT_PAUSED: "这条规则没有暂停",
        Refusal.TOO_MANY_RULES: "会话里的规则已有 200 条；请先删除一些",
    },
    may_not="只有群主、群管理员和运维管理员可以改规则；私聊里只有运维管理员",
    wanted_verb="pause、resume、live、shadow、train、threshold、edit、test 或 delete",
    wanted_name="一条规则的名称；/rules 列出全部",
    wanted_line="一行日志",
    wanted_threshold="次数和时间，例如 5 in 10m；1 为每次",
    wanted_training="1m 到 30d 的时长，例如 1d",
)

RULES_EN = ChatRuleTexts(
    watch=CommandText(
        about="paste a log line to be told of such lines",
        usage="/watch LINE",
        examples=("/watch ERROR pay: card 8841 declined after 3021 ms",),
    ),
    rule=CommandText(
        about="see one rule; pause, resume, change it",
        usage="/rule NAME [pause 1h]",
        examples=("/rule error", "/rule error pause 1h", "/rule error resume"),
    ),
    state={
        RuleState.LIVE: "live",
        RuleState.RECORDS: "records only",
        RuleState.SHADOW: "shadow",
        RuleState.TRAINING: "training",
        RuleState.PAUSED: "paused",
        RuleState.BROKEN: "unusable",
    },
    until=lambda state, at: f"{state} until {at}",
    open_end="resumed",
    found_lately=lambda count, last: f"{count} in 24 h · last {last}",
    show="Show",
    more_rules="All rules",
    proposed_title="👁 Watch for lines like this?",
    proposed_lead="It does nothing yet.",
    no_words="a log line with at least a word that says what happened",
    template="Template",
    pattern="Pattern",
    fields=lambda names: f"Fields: {names}",
    exclude="Except",
    recovery="Over when",
    severity="Severity",
    threshold="Threshold",
    each="every one",
    at_least=lambda count, span: f"{count} in {span}",
    name="Name",
    files="Files",
    everywhere="all",
    fired=lambda count: f"⏪ Would have fired {_many(count, 'time')} in the last 24 hours",
    never_fired="⏪ Would not have fired in the last 24 hours",
    matched=lambda count: f"{_many(count, 'line')} matched",
    first_last=lambda first, last: f"first {first}, last {last}",
    tested=lambda files, size: f"{files} files of this host, {size}",
    not_whole="not all was read: only the newest part",
    undated=lambda count: f"{_many(count, 'line')} without a time may be older",
    no_files="There are no files on this host to test it on",
    elsewhere=lambda names: f"Tested on this host only, not on: {names}",
    taken_from=lambda names: f"Such lines count for {names} now; once live, for this rule",
    outranked=lambda name: (
        f"⚠️ {name} is more severe and goes on to count such lines; give this rule its severity"
    ),
    advice=lambda threshold: f"💡 Such lines are many; suggested threshold: {threshold}",
    use_advice=lambda threshold: f"Use {threshold}",
    keep="✅ Keep, live",
    kind="Kind",
    shadow="Shadow",
    train="Train for a day",
    edit="Edit",
    drop="Drop",
    dropped=lambda name: f"Dropped {name}",
    made_title=lambda name: f"📐 Rule {name}",
    hour="1 h",
    day="24 h",
    week="7 d",
    chart="Matches per hour, last 24 hours",
    hits=lambda count: f"Latest {_many(count, 'hit')}",
    no_hits="Nothing was found lately",
    hit_count=lambda count: _many(count, "record"),
    quietly="nobody told",
    would_have=lambda count: (
        f"👻 It only counts; it would have alerted {_many(count, 'time')} in 7 days"
    ),
    origin_default="Built in",
    origin_file=lambda place: f"In the configuration, {place}",
    origin_chat=lambda name, at: f"Made in a chat by {name}, {at}",
    changed=lambda version, name, at: f"version {version}, changed by {name}, {at}",
    paused=lambda name, at, until: f"⏸ Paused by {name}, {at}, until {until}",
    muted=lambda number, until: f"🔕 Mute {number}, {until}",
    broken=lambda why: f"⚠️ It cannot be used and is skipped: {why}",
    taken_name="the configuration has a rule of this name",
    pause_hour="Pause 1h",
    pause_open="Pause",
    resume="Resume",
    mute_hour="Mute 1h",
    unmute="Unmute",
    go_live="✅ Go live",
    delete="Delete",
    delete_title=lambda name: f"Delete the rule {name}?",
    delete_lead="Its open alerts end with it. History and audit stay.",
    delete_sure="Delete it",
    deleted=lambda name: f"Deleted the rule {name}",
    try_line="Test a line",
    try_hint="Paste a log line",
    try_it="Test",
    verdict={
        Verdict.MATCHES: "✅ Matches",
        Verdict.EXCLUDED: "➖ Matches, and is left out",
        Verdict.RECOVERS: "🟢 Says that it is over",
        Verdict.NO_MATCH: "❌ No match",
        Verdict.UNUSABLE: "⚠️ The pattern cannot be used",
    },
    change_threshold="Threshold",
    threshold_hint="e.g. `5 in 10m`; 1 for every one",
    save="Save",
    form_title=lambda name: f"✏️ Edit {name}",
    form_lead="What you save is tested on the files again.",
    count="Times",
    span="Within",
    files_hint="names of watches, paths or *.log, with commas; empty for all",
    pattern_hint="a regular expression, matched line by line",
    optional="optional",
    flaw={
        Flaw.NAME: lambda found, _: (
            f"Name “{found}”: 1–60 letters, digits, dots, - or _ are wanted"
        ),
        Flaw.NAME_TAKEN: lambda found, _: f"Name “{found}”: another rule has it",
        Flaw.PATTERN: lambda _, why: f"Pattern: {why or 'one is wanted'}",
        Flaw.EXCLUDE: lambda _, why: f"Except: {why}",
        Flaw.RECOVERY: lambda _, why: f"Over when: {why}",
        Flaw.PATTERN_LENGTH: lambda *_: "Patterns: at most 1000 characters",
        Flaw.COUNT: lambda found, _: f"Times “{found}”: a number from 1 to 100000 is wanted",
        Flaw.SPAN: lambda found, _: f"Within “{found}”: 10s to 1d is wanted, e.g. 10m",
        Flaw.FILES: lambda *_: "Files: at most 10, each of at most 200 characters",
        Flaw.SEVERITY: lambda found, _: f"Severity “{found}” is unknown",
    },
    faults_title="Not saved yet; please correct:",
    saved="Saved",
    trained_title=lambda name: f"🎓 The training of {name} is over",
    trained_lead="It works in the shadow now and tells nobody. Let it alert?",
    refusal={
        Refusal.UNKNOWN_RULE: "No such rule; /rules lists all",
        Refusal.RULE_OF_FILE: "This rule stands in the configuration: here it can only be paused",
        Refusal.NOT_PAUSED: "This rule is not paused",
        Refusal.TOO_MANY_RULES: "There are 200 rules of chats already; delete some first",
    },
    may_not=(
        "Only a group's owner, its managers and admins may change rules; in private only admins"
    ),
    wanted_verb="pause, resume, live, shadow, train, threshold, edit, test or delete",
    wanted_name="the name of a rule; /rules lists all",
    wanted_line="a log line",
    wanted_threshold="how many in which time, e.g. 5 in 10m; 1 for every one",
    wanted_training="a span from 1m to 30d, e.g. 1d",
)

"""The texts in Chinese."""

from typing import assert_never

from bot.feishu.texts import cldr
from bot.feishu.texts.advice import ADVICE_ZH
from bot.feishu.texts.base import (
    AlertTexts,
    AnswerTexts,
    CommandTexts,
    FormatTexts,
    RuleTexts,
    StatusTexts,
    SubscriptionTexts,
    Texts,
    WantedTexts,
)
from bot.feishu.texts.catalogue import CATALOGUE_ZH
from bot.feishu.texts.command import CommandText
from bot.feishu.texts.concern import CONCERN_ZH
from bot.feishu.texts.context import CONTEXT_ZH
from bot.feishu.texts.daily import DAILY_ZH
from bot.feishu.texts.delivery import DELIVERY_ZH
from bot.feishu.texts.doctor_zh import DOCTOR_ZH
from bot.feishu.texts.errand import ERRAND_ZH
from bot.feishu.texts.escalation import ESCALATION_ZH
from bot.feishu.texts.fields import FIELDS_ZH
from bot.feishu.texts.figures import seconds
from bot.feishu.texts.group import GROUP_ZH
from bot.feishu.texts.health import HEALTH_ZH
from bot.feishu.texts.incident import INCIDENT_ZH
from bot.feishu.texts.life import LIFE_ZH
from bot.feishu.texts.mass import MASS_ZH
from bot.feishu.texts.mute import MUTE_ZH
from bot.feishu.texts.notice import NOTICE_ZH
from bot.feishu.texts.people import PEOPLE_ZH
from bot.feishu.texts.phrase import PHRASE_ZH
from bot.feishu.texts.pushed import PUSHED_ZH
from bot.feishu.texts.ranking import RANKING_ZH
from bot.feishu.texts.rules import RULES_ZH
from bot.feishu.texts.setup import SETUP_ZH
from bot.feishu.texts.sifting import SIFTING_ZH
from bot.feishu.texts.speaking import SPEAKING_ZH
from bot.feishu.texts.timeline import TIMELINE_ZH
from bot.feishu.texts.why import WHY_ZH
from watchers.finding import Severity


def _severity(severity: Severity) -> str:
    match severity:
        case Severity.CRITICAL:
            return "严重"
        case Severity.HIGH:
            return "高"
        case Severity.MEDIUM:
            return "中"
        case Severity.LOW:
            return "低"
        case Severity.INFO:
            return "提示"
        case _:
            assert_never(severity)


_FORMAT = FormatTexts(
    this_year=lambda at: cldr.day("zh", at, year=False),
    other_year=lambda at: cldr.day("zh", at, year=True),
    tomorrow=lambda clock: f"明天 {clock}",
    never="从未",
    span=lambda length: cldr.span("zh", length),
    ago=lambda length: cldr.ago("zh", length, "刚刚"),
    listing=lambda items: cldr.listing("zh", items),
    seconds=lambda figure: seconds(figure, "ms", "s"),
    severity=_severity,
    at_least=lambda severity: f"级别 ≥ {severity}",
    language_name="中文",
)

_ALERT = AlertTexts(
    firing="🔥 触发中",
    acknowledged="已认领",
    muted="已静默",
    resolved="已恢复",
    recurrence=lambda times: f"第 {times} 次复发",
    number=lambda fingerprint, count: f"指纹 {fingerprint} · 聚合 {count} 条",
    rule=lambda rule: f"规则 {rule}",
    service="服务",
    host="主机",
    no_value="—",
    first_and_last="首次 → 最近",
    count="命中次数",
    labels="标签",
    one_alert=lambda fingerprint: f"一条告警（指纹 {fingerprint}）",
    chart=lambda minutes: f"最近 {minutes} 分钟，每分钟条数",
    samples="日志摘录",
    left_out=lambda lines: f"… 省略 {lines} 行",
    held_back=lambda count: f"🧺 其中 {count} 条因限流未逐条展示，已计入次数",
    acknowledged_by=lambda name, at: f"✅ {name} 于 {at} 认领",
    resolved_by=lambda name, at: f"🟢 {name} 于 {at} 标记解决",
    resolved_quietly=lambda at: f"🟢 不再有新日志，于 {at} 自动恢复",
    muted_until=lambda name, until: f"🔕 {name} 静默至 {until}",
    reason=lambda reason: f"原因：{reason}",
    timeline="经过",
    acknowledge="认领",
    resolve="解决",
    mute_hour="静默 1h",
    mute_more="静默更久…",
    unmute="取消静默",
    quarter_hour="静默 15 分钟",
    four_hours="静默 4 小时",
    day="静默 24 小时",
    until_morning="静默到明早 9 点",
    until_resolved="静默到问题解决",
    until_worse="静默到恶化 10 倍",
    none_open="当前没有活跃告警 🎉",
    none_open_hint="一切安静。用 /status 看来源和投递是否正常。",
    filtered=lambda filters: f"筛选：{filters}",
    row=lambda count, at: f"{count} 次 · 最近 {at}",
    show="查看",
    page=lambda page, pages: f"第 {page} / {pages} 页",
    previous="上一页",
    following="下一页",
)

_STATUS = StatusTexts(
    title="📈 系统状态",
    subtitle=lambda at, uptime: f"更新于 {at} · 已运行 {uptime}",
    sources_ok=lambda count: f"{count} 个来源正常",
    sources_behind=lambda count: f"{count} 个落后",
    sources_bad=lambda count: f"{count} 个异常",
    throughput="吞吐",
    lines_per_s="行/秒",
    from_sources=lambda count: f"来自 {count} 个来源",
    open_alerts="活跃告警",
    alerts_unit="条",
    none_open="一切安静",
    muted=lambda count: f"静默 {count}",
    delivery="投递成功",
    delivered="%",
    nothing_sent="24 小时内没有投递",
    retries=lambda retried, given_up: f"重试 {retried} · 放弃 {given_up}",
    sources="来源",
    healthy="正常",
    subscriptions=lambda count: f"{count} 个订阅",
    chart=lambda minutes: f"最近 60 分钟命中（每{'' if minutes == 1 else f' {minutes} '}分钟条数）",
    no_matches="最近 60 分钟没有规则命中。",
    cpu="CPU",
    memory="内存",
    disk="磁盘",
    one_host=lambda host: f"主机 {host}",
    worst_of_hosts=lambda count: f"{count} 台主机，各项取最高",
    no_agents="还没有采集代理上报。请检查 larkwatch watch 是否在运行。",
    source="来源",
    state="状态",
    rate="行/秒",
    lag="延迟",
    more_sources=lambda count: f"另有 {count} 个来源未列出",
    state_ok="正常",
    state_behind="落后",
    state_absent="缺失",
    state_error="出错",
    trouble=lambda name, error: f"⚠️ {name}：{error}",
    held_deleted=lambda name, size: (
        f"{name}：已删除的文件仍占用磁盘 {size}；读完即释放，最多一小时"
    ),
    agent_silent=lambda agent, span: f"⚠️ 代理 {agent} 已 {span}没有消息",
    delivery_line=lambda sent, waiting, retried, given_up: (
        f"最近 24 小时：已投递 {sent} · 待投递 {waiting} · 重试 {retried} · 放弃 {given_up}"
    ),
    oldest=lambda span: f"最久等待 {span}",
    latency=lambda p50, p99: f"从日志到卡片 p50 {p50} · p99 {p99}",
    last_fault=lambda fault: f"最近一次失败：{fault}",
)

_RULE = RuleTexts(
    title=lambda count: f"规则 {count} 条",
    none="还没有规则",
    name="规则",
    severity="级别",
    pattern="匹配",
    lately="24 小时",
    last="最近命中",
    records="仅记录",
    builtin=lambda name: f"{name}（内置）",
    more=lambda count: f"另有 {count} 条规则未列出",
)

_SUBSCRIPTION = SubscriptionTexts(
    title=lambda count: f"本会话的订阅 {count} 个",
    none="本会话还没有订阅",
    none_hint="点下面的按钮，或发送 /subscribe service=pay level>=high",
    everything="全部告警",
    suspended=lambda why: f"⏸ 已暂停：{why}",
    by=lambda name, at: f"由 {name} 于 {at} 订阅",
    remove="取消订阅",
    add="订阅告警",
    removed=lambda count: f"已取消 {count} 个订阅",
    form_title="🔔 订阅告警",
    form_lead="选择本会话关心的规则、服务和级别；什么都不选就是全部。",
    rules="规则",
    rules_hint="全部规则",
    services="服务",
    services_hint="全部服务",
    matchers="其他标签条件（可不填）",
    matchers_hint="例：host=web-03, env!=test",
    least="最低级别",
    language="语言",
    save="保存订阅",
    reset="重置",
    saved_title="✅ 已订阅",
    saved=lambda number, name: f"订阅 {number}，由 {name} 保存",
    saved_hint="/subscriptions 查看或取消",
    wants="范围",
    more=lambda count: f"另有 {count} 个订阅未列出",
)

_COMMANDS = CommandTexts(
    help=CommandText(about="看能做什么", usage="/help", examples=("/help", "帮助")),
    status=CommandText(
        about="来源、主机、投递是否正常", usage="/status", examples=("/status", "状态")
    ),
    alerts=CommandText(
        about="列出告警，可按条件筛选",
        usage="/alerts [标签=值…] [级别>=高] [状态] [2h] [mine] [page 2]",
        examples=("/alerts", "告警 service=pay 级别>=高 2h", "告警 已恢复 24h"),
    ),
    alert=CommandText(about="看一条告警", usage="/alert 42", examples=("/alert 42", "告警 #42")),
    acknowledge=CommandText(
        about="认领，别人就知道有人在看",
        usage="/ack 42|全部|标签=值… [时长]",
        examples=("认领 42", "认领 42 2小时"),
    ),
    unacknowledge=CommandText(
        about="取消认领，让别人来处理", usage="/unack 42", examples=("取消认领 42",)
    ),
    assign=CommandText(
        about="指派给某人处理", usage="/assign 42 @某人|我|无", examples=("指派 42 我",)
    ),
    comment=CommandText(
        about="写一条备注，留在经过里",
        usage="/comment 42 内容",
        examples=("备注 42 磁盘满了，已清理",),
    ),
    severity=CommandText(
        about="设定级别，之后不再被日志改动", usage="/severity 42 严重", examples=("定级 42 严重",)
    ),
    noise=CommandText(
        about="这类日志是噪音：只记录，不再通知",
        usage="/noise 42 | t1a2b3c4d5e",
        examples=("噪音 42",),
    ),
    matters=CommandText(
        about="这类日志重要：恢复通知，级别至少为高",
        usage="/matters 42 | t1a2b3c4d5e",
        examples=("重要 42",),
    ),
    resolve=CommandText(
        about="标记已解决", usage="/resolve 42|全部|标签=值…", examples=("解决 42",)
    ),
    mute=CommandText(
        about="一段时间内不再打扰",
        usage="/mute 42|标签=值… [时长] [原因]，/mute m3 +1h",
        examples=(
            "静默 42 直到解决",
            "静默 service=pay 2天 发布中",
            "静默 rule=error 每个工作日 22:00-06:00",
        ),
    ),
    unmute=CommandText(
        about="取消静默", usage="/unmute 42|m3", examples=("取消静默 42", "取消静默 m3")
    ),
    mutes=CommandText(
        about="列出静默", usage="/mutes [history]", examples=("静默列表", "/mutes 历史")
    ),
    rules=CommandText(about="列出规则和命中次数", usage="/rules", examples=("规则",)),
    subscribe=CommandText(
        about="让本会话收到告警",
        usage="/subscribe [标签=值…] [级别>=高] [lang=zh|en] [--hours 9-18] [--act admins] "
        "[--mention @某人]",
        examples=("订阅", "订阅 service=pay 级别>=高 --hours 9-18"),
    ),
    unsubscribe=CommandText(
        about="取消本会话的订阅",
        usage="/unsubscribe [编号|all]",
        examples=("取消订阅", "取消订阅 3", "取消订阅 全部"),
    ),
    subscriptions=CommandText(
        about="列出本会话的订阅", usage="/subscriptions", examples=("订阅列表",)
    ),
)

_WANTED = WantedTexts(
    alert_id="告警编号，例如 42 或 #42",
    alert_or_mute_id="告警编号（42）或静默编号（m3）",
    alert_or_matchers="告警编号（42）或标签条件（service=pay）",
    subscription_id="订阅编号（3）或“全部”",
    matcher="标签条件：标签=值、标签!=值、标签=~正则 或 标签!~正则",
    span="时长或时刻，例如 1h、90m、2天、1h30m、到明早9点、到18:30",
    span_limits="1 分钟到 30 天之间的时长",
    severity="级别：严重、高、中、低、提示（critical high medium low info）",
    language="语言：zh 或 en",
    page="页码，例如 page 2",
    closing_quote="成对的引号",
    shorter="短一点的内容（500 字以内）",
    nothing_more="这条命令后面不需要别的内容",
    known_button="本应用卡片上的按钮；这张卡片可能已过期，请重新发命令",
    known_choice="卡片里列出的选项",
)

_ANSWER = AnswerTexts(
    help_title="🧭 可以这样用",
    help_lead="群里先 @我，私聊直接发；斜杠可省，中英文都行。",
    example="试试",
    welcome_title="👋 我是 Larkwatch 日志告警机器人",
    welcome_lead="我盯着日志和机器，出事时在这里发一张会自己更新的卡片；同一问题只有一张，不刷屏。",
    welcome_next="你可以直接在卡片上认领、静默、解决。先告诉我这里要看哪些告警：",
    subscribe="订阅告警",
    help="帮助",
    status="状态",
    alerts="活跃告警",
    error_title="没看懂这一处",
    found=lambda found: f"看到：{found}",
    wanted=lambda wanted: f"需要：{wanted}",
    try_this=lambda example: f"例如：{example}",
    nothing="（空）",
    unknown_title="没有这条命令",
    unknown=lambda found: f"看到：{found}",
    nearest=lambda command: f"你是不是想发：{command}",
    run_nearest=lambda command: f"执行 {command}",
    acknowledged=lambda number, name: f"{name} 已认领 {number}",
    resolved=lambda number, name: f"{name} 已解决 {number}",
    muted=lambda number, until: f"已静默 {number}，到 {until}",
    unmuted=lambda number: f"已取消静默 {number}",
    already_acknowledged=lambda name, at: f"{name} 已于 {at} 认领",
    already_resolved=lambda name, at: f"{name} 已于 {at} 解决",
    not_acknowledged="这条告警还没有人认领",
    not_muted="这条告警没有被静默",
    nothing_open="没有这样的活跃告警，无从等它解决；请改为静默一段时间",
    stale_preview="这份预览已用过或已过期，请重新发送命令",
    provisioned="这条静默写在配置文件里，现在没有生效",
    nothing_changes="已经是这样了",
    unknown_alert="没有这条告警，可能已被清理",
    unknown_mute="没有这条静默，可能已到期或已取消",
    unknown_subscription="本会话没有这个订阅，可能已取消",
    somebody="有人",
    refused_title="🔒 这个操作要群管理者来做",
    may_not_subscribe="只有群主、群管理员和运维管理员能改本群的订阅",
    who_may=lambda owner: (
        "请群主或群管理员发送同一条命令；也可以在私聊里为自己订阅。"
        if owner
        else "请运维管理员发送同一条命令；也可以在私聊里为自己订阅。"
    ),
    done="已完成",
    see_answer="已回复在下面",
    working="正在核对权限，结果马上发到下面",
    busy="数据库正忙，请稍后再点一次",
    external="只有本企业的成员可以操作",
)

ZH = Texts(
    format=_FORMAT,
    alert=_ALERT,
    group=GROUP_ZH,
    incident=INCIDENT_ZH,
    setup=SETUP_ZH,
    life=LIFE_ZH,
    timeline=TIMELINE_ZH,
    why=WHY_ZH,
    notice=NOTICE_ZH,
    advice=ADVICE_ZH,
    people=PEOPLE_ZH,
    phrase=PHRASE_ZH,
    sifting=SIFTING_ZH,
    catalogue=CATALOGUE_ZH,
    pushed=PUSHED_ZH,
    speaking=SPEAKING_ZH,
    health=HEALTH_ZH,
    delivery=DELIVERY_ZH,
    concern=CONCERN_ZH,
    escalation=ESCALATION_ZH,
    errand=ERRAND_ZH,
    doctor=DOCTOR_ZH,
    status=_STATUS,
    mute=MUTE_ZH,
    mass=MASS_ZH,
    ranking=RANKING_ZH,
    fields=FIELDS_ZH,
    context=CONTEXT_ZH,
    daily=DAILY_ZH,
    rule=_RULE,
    rules=RULES_ZH,
    subscription=_SUBSCRIPTION,
    commands=_COMMANDS,
    wanted=_WANTED,
    answer=_ANSWER,
)

"""What is said of kinds of messages: their list, and what people think of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.catalogue import Which
from bot.core.verdict import Verdict
from bot.feishu.texts.command import CommandText

_One = Callable[[str], str]
_Two = Callable[[str, str], str]
_Count = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueTexts:
    """Kinds of messages."""

    command: CommandText
    forget_command: CommandText
    title: _Count
    none: str
    none_hint: str
    which: Mapping[Which, str]
    of_service: _One
    seen: _Two
    said: Mapping[Verdict, _One]
    noise: str
    matters: str
    forget: str
    judged: Mapping[Verdict | None, _One]
    show_all: str
    unknown: str
    wanted: str
    wanted_list: str
    fresh: _Count
    fresh_more: _Count


CATALOGUE_EN = CatalogueTexts(
    command=CommandText(
        about="All kinds of messages that were found, with what people said of them",
        usage="/templates [service=…] [new | noise | matters | unjudged] [page 2]",
        examples=("/templates", "/templates service=pay new", "/templates noise"),
    ),
    forget_command=CommandText(
        about="Forget what was said of a kind of message",
        usage="/forget t1a2b3c4d5e [service=…]",
        examples=("/forget t1a2b3c4d5e",),
    ),
    title=lambda count: f"🧩 {count:,} kind{'' if count == 1 else 's'} of messages",
    none="🧩 No kinds of messages",
    none_hint="Here stand all kinds of lines that rules found; so far there is none like that.",
    which={
        Which.ALL: "All",
        Which.NEW: "Newest",
        Which.NOISE: "Noise",
        Which.MATTERS: "That matter",
        Which.OPEN: "Unjudged",
    },
    of_service=lambda service: f"Service {service}",
    seen=lambda first, last: f"first {first} · last {last}",
    said={
        Verdict.NOISE: lambda name: f"🔕 noise, says {name}",
        Verdict.MATTERS: lambda name: f"❗ matters, says {name}",
    },
    noise="Noise",
    matters="Matters",
    forget="Forget",
    judged={
        Verdict.NOISE: lambda name: f"{name} is noise: recorded, told no more",
        Verdict.MATTERS: lambda name: f"{name} matters: told, high at least",
        None: lambda name: f"{name}: what was said of it is forgotten",
    },
    show_all="All kinds",
    unknown="No kind of message has this id, or several services have it: add service=…",
    wanted="the number of an alert, or the id of a kind of message as /templates shows it",
    wanted_list="new, noise, matters or unjudged, service=… and a page",
    fresh=lambda count: f"🆕 {count} new kind{'' if count == 1 else 's'} of lines",
    fresh_more=lambda count: f"and {count} more: /templates new",
)
CATALOGUE_ZH = CatalogueTexts(
    command=CommandText(
        about="查看出现过的各类日志，以及大家对它们的评判",
        usage="/templates [service=…] [new | noise | matters | unjudged] [page 2]",
        examples=("/templates", "模板 service=pay 最新", "/templates noise"),
    ),
    forget_command=CommandText(
        about="撤销对一类日志的评判",
        usage="/forget t1a2b3c4d5e [service=…]",
        examples=("/forget t1a2b3c4d5e",),
    ),
    title=lambda count: f"🧩 {count:,} 类日志",
    none="🧩 没有这样的日志类别",
    none_hint="规则匹配过的各类日志会列在这里；目前还没有符合条件的。",
    which={
        Which.ALL: "全部",
        Which.NEW: "最新",
        Which.NOISE: "噪音",
        Which.MATTERS: "重要",
        Which.OPEN: "未评判",
    },
    of_service=lambda service: f"服务 {service}",
    seen=lambda first, last: f"首次 {first} · 最近 {last}",
    said={
        Verdict.NOISE: lambda name: f"🔕 {name} 说是噪音",
        Verdict.MATTERS: lambda name: f"❗ {name} 说重要",
    },
    noise="噪音",
    matters="重要",
    forget="撤销评判",
    judged={
        Verdict.NOISE: lambda name: f"{name} 是噪音：只记录，不再通知",
        Verdict.MATTERS: lambda name: f"{name} 重要：会通知，级别至少为高",
        None: lambda name: f"已撤销对 {name} 的评判",
    },
    show_all="全部类别",
    unknown="没有这个编号的日志类别，或多个服务都有它：请加上 service=…",
    wanted="告警编号，或 /templates 中显示的日志类别编号",
    wanted_list="new、noise、matters 或 unjudged，以及 service=… 和页码",
    fresh=lambda count: f"🆕 新出现 {count} 类日志",
    fresh_more=lambda count: f"还有 {count} 类：/templates new",
)

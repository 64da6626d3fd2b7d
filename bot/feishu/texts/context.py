"""What cards say of log lines around a record, of searching logs and of whole timelines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.feishu.texts.command import CommandText
from watchers.questions import Ending

_Count = Callable[[int], str]
_One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextTexts:
    """Log lines, searches, timelines, and files made of them."""

    context: CommandText
    logs: CommandText
    timeline: CommandText
    wanted_words: str
    wanted_lines: str
    panel: _One
    more: str
    whole_record: str
    title: _One
    lines: Callable[[int, int], str]
    earlier: str
    later: str
    recorded: str
    no_record: str
    asked: _One
    no_answer: _One
    silent: _One
    endings: Mapping[Ending, str]
    begins: str
    ends: str
    number_unknown: str
    file_coming: str
    file_there: str
    logs_coming: str
    file_name_record: _One
    cut: str
    logs_title: _One
    logs_span: Callable[[str, int], str]
    searched: Callable[[str, int, str], str]
    bound: _One
    searched_too: Callable[[str, str], str]
    unsearched: Callable[[str, str], str]
    only_recorded: str
    nothing_found: str
    found: _Count
    hit: Callable[[str, str, str], str]
    as_file: str
    timeline_title: _One
    timeline_page: Callable[[int, int, int], str]
    into_thread: str
    thread_coming: str
    whole_timeline: str


CONTEXT_EN = ContextTexts(
    context=CommandText(
        about="log lines before and after an alert's newest record",
        usage="/context ID [-20] [+20] | file",
        examples=("/context 42", "/context 42 -40 +10", "/context 42 file"),
    ),
    logs=CommandText(
        about="search recorded lines and the log files on their hosts",
        usage='/logs [service=…] [status>=500] ["words"] [30m] [page 2]',
        examples=(
            "/logs timeout",
            "/logs service=pay status=502 30m",
            "/logs user~bob latency_ms>=500",
            '/logs service=pay "card declined" 2h',
            "/logs host=web-03 OutOfMemory",
            "/logs service=pay 10m",
        ),
    ),
    timeline=CommandText(
        about="everything that happened to an alert",
        usage="/timeline ID [page] | thread",
        examples=("/timeline 42", "/timeline 42 2", "/timeline 42 thread"),
    ),
    wanted_words="the words to search for, in quotes when they hold spaces, or a condition",
    wanted_lines="how many lines before and after, such as -20 +20, or the word file",
    panel=lambda place: f"Lines around  {place}".strip(),
    more="More lines",
    whole_record="Whole trace as file",
    title=lambda alert: f"📄 Log lines around {alert}",
    lines=lambda first, last: f"lines {first:,} to {last:,}",
    earlier="↑ Earlier",
    later="↓ Later",
    recorded="recorded when it was found",
    no_record="This alert does not come from a file: there are no lines around it.",
    asked=lambda host: f"⏳ Asked {host}; this card is replaced when it answers",
    no_answer=lambda host: f"⚠️ {host} did not answer in time; shown is only what was recorded",
    silent=lambda host: f"⚠️ {host} is not heard; shown is only what was recorded",
    endings={
        Ending.GONE: "⚠️ The file that held these lines is gone; shown is only what was recorded",
        Ending.BOUND: "⚠️ Looking took too long and was stopped; shown is only what was recorded",
        Ending.FOREIGN: "⚠️ No watch of that host reads this file any more",
        Ending.FAILED: "⚠️ The file could not be read",
    },
    begins="— the file begins here —",
    ends="— the file ends here —",
    number_unknown="Line numbers are counted from the record: the file is too long to count",
    file_coming="The whole trace follows as a file",
    file_there="The whole trace was sent here already",
    logs_coming="All that was found follows as a file",
    file_name_record=lambda alert: f"trace-{alert}.txt",
    cut="… cut here: longer than what is sent",
    logs_title=lambda words: f"🔎 Logs: {words}",
    logs_span=lambda span, count: f"last {span} · {count:,} found",
    searched_too=lambda host, names: f"{host}: also searched {names}",
    unsearched=lambda host, names: (
        f"⚠️ {host}: not searched: {names}; what rules recorded of them is above"
    ),
    searched=lambda host, files, size: (
        f"{host}: {files} {'file' if files == 1 else 'files'}, {size} read"
    ),
    bound=lambda host: f"⚠️ {host} stopped at its bound of time or size: there may be more",
    only_recorded="Only recorded lines: files know no rule, severity or error type",
    nothing_found="Nothing found",
    found=lambda count: f"{count:,} found",
    hit=lambda at, place, source: "  ".join(one for one in (at, place, source) if one),
    as_file="All as a file",
    timeline_title=lambda alert: f"🕑 Timeline of {alert}",
    timeline_page=lambda page, pages, total: f"Page {page} of {pages} · {total:,} entries",
    into_thread="Whole timeline into the thread",
    thread_coming="The whole timeline follows beneath the alert's card",
    whole_timeline="Whole timeline",
)

CONTEXT_ZH = ContextTexts(
    context=CommandText(
        about="查看告警最新日志的前后文",
        usage="/context 编号 [-20] [+20] | file",
        examples=("/context 42", "/context 42 -40 +10", "上下文 42"),
    ),
    logs=CommandText(
        about="搜索已记录的日志行和主机上的日志文件",
        usage='/logs [service=…] [status>=500] ["关键词"] [30m] [page 2]',
        examples=(
            "/logs 超时",
            "/logs service=pay status=502 30m",
            "日志 user~bob latency_ms>=500",
            '/logs service=pay "card declined" 2h',
            "日志 host=web-03 OutOfMemory",
            "日志 service=pay 10m",
        ),
    ),
    timeline=CommandText(
        about="查看告警的完整时间线",
        usage="/timeline 编号 [页] | thread",
        examples=("/timeline 42", "/timeline 42 2", "时间线 42 thread"),
    ),
    wanted_words="要搜索的词（含空格时加引号）或条件",
    wanted_lines="前后行数，如 -20 +20，或 file",
    panel=lambda place: f"前后文  {place}".strip(),
    more="更多行",
    whole_record="完整堆栈（文件）",
    title=lambda alert: f"📄 {alert} 的日志前后文",
    lines=lambda first, last: f"第 {first:,}–{last:,} 行",
    earlier="↑ 更早",
    later="↓ 更晚",
    recorded="发现时记录的内容",
    no_record="这条告警不是来自文件，没有前后文。",
    asked=lambda host: f"⏳ 已询问 {host}，收到答复后更新此卡片",
    no_answer=lambda host: f"⚠️ {host} 未及时答复，仅显示已记录的内容",
    silent=lambda host: f"⚠️ {host} 失联，仅显示已记录的内容",
    endings={
        Ending.GONE: "⚠️ 保存这些行的文件已不在，仅显示已记录的内容",
        Ending.BOUND: "⚠️ 查找超时已停止，仅显示已记录的内容",
        Ending.FOREIGN: "⚠️ 该主机已不再监控这个文件",
        Ending.FAILED: "⚠️ 文件无法读取",
    },
    begins="— 文件开头 —",
    ends="— 文件末尾 —",
    number_unknown="文件过长，行号从匹配行起算",
    file_coming="完整堆栈将以文件发送",
    file_there="完整堆栈已发送过",
    logs_coming="全部结果将以文件发送",
    file_name_record=lambda alert: f"trace-{alert}.txt",
    cut="… 超出发送上限，已截断",
    logs_title=lambda words: f"🔎 日志：{words}",
    logs_span=lambda span, count: f"最近 {span} · 找到 {count:,} 条",
    searched_too=lambda host, names: f"{host}：还搜索了 {names}",
    unsearched=lambda host, names: f"⚠️ {host} 未搜索：{names}；规则记录过的行已在上面",
    searched=lambda host, files, size: f"{host}：{files} 个文件，读取 {size}",
    bound=lambda host: f"⚠️ {host} 到达时间或大小上限即停止，可能还有更多",
    only_recorded="只搜索了已记录的行：文件没有规则、级别和错误类型",
    nothing_found="没有找到",
    found=lambda count: f"找到 {count:,} 条",
    hit=lambda at, place, source: "  ".join(one for one in (at, place, source) if one),
    as_file="全部（文件）",
    timeline_title=lambda alert: f"🕑 {alert} 的时间线",
    timeline_page=lambda page, pages, total: f"第 {page}/{pages} 页 · 共 {total:,} 条",
    into_thread="完整时间线发到话题",
    thread_coming="完整时间线将发在告警卡片下",
    whole_timeline="完整时间线",
)

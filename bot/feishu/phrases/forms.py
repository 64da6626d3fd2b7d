"""The forms of sentences: which words a command needs, which it bears, and its line."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.phrases.scanning import Kind
from bot.feishu.phrases.sentence import Sentence, quote
from bot.feishu.phrases.vocabulary import Concept

Lines = Callable[[Sentence], tuple[str, ...]]
_NAMES = (Kind.NAME, Kind.CONDITION)
_MUTED_THINGS = (
    Concept.ALERTS,
    Concept.SERVICE,
    Concept.HOST,
    Concept.RULES,
    Concept.THIS,
    Concept.AND,
)
_PAST = (Kind.BACK, Kind.LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of saying a command.

    Attributes:
        needs: Words of which each set must be there.
        bears: Words that fit in as well.
        takes: Kinds of pieces that its line is made of.
        lines: Lines that it may mean, () where something is missing.
        acts: Whether it changes anything.
    """

    needs: tuple[frozenset[Concept], ...]
    bears: frozenset[Concept]
    takes: frozenset[Kind]
    lines: Lines
    acts: bool = False


def _form(
    *needs: Concept | tuple[Concept, ...],
    bears: tuple[Concept, ...] = (),
    takes: tuple[Kind, ...] = (),
    lines: str | Lines,
    acts: bool = False,
) -> Form:
    wanted = tuple(frozenset(one) if isinstance(one, tuple) else frozenset({one}) for one in needs)
    fixed = lines
    return Form(
        needs=wanted,
        bears=frozenset(bears),
        takes=frozenset(takes),
        lines=(lambda _said: (fixed,)) if isinstance(fixed, str) else fixed,
        acts=acts,
    )


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _alerts(said: Sentence) -> tuple[str, ...]:
    named = said.names or said.all(Kind.CONDITION) or said.all(Kind.LEVEL)
    if not (said.has(Concept.ALERTS, Concept.BROKE) or _states(said)) and not (
        named and _sure(said)
    ):
        return ()
    since = said.since()
    looked = said.has(Concept.HOW) and not since and bool(said.names)
    return tuple(
        _join(
            "/alerts", _states(said), one, said.levels(), "24h" if looked else since, said.quoted()
        )
        for one in said.selections()
    )


def _sure(said: Sentence) -> bool:
    """Whether a name is more than a guess at a word that nobody knows."""
    return not any(one.guessed for one in said.names) or said.has(Concept.SERVICE)


def _states(said: Sentence) -> str:
    states = (
        (Concept.FIRING, "firing"),
        (Concept.OPEN, "open"),
        (Concept.ACKED, "acked"),
        (Concept.RESOLVED, "resolved"),
        (Concept.MUTED, "muted"),
        (Concept.MINE, "mine"),
    )
    return " ".join(word for concept, word in states if said.has(concept))


def _of_numbers(name: str, *, most: int = 4) -> Lines:
    return lambda said: tuple(f"/{name} {one}" for one in said.numbers[:most])


def _why(said: Sentence) -> tuple[str, ...]:
    if said.numbers:
        return _of_numbers("why")(said)
    values = [value for one in said.names[:1] for label, value in one.meant if label != "host"]
    return tuple(f"/why {value}" for value in values)


def _counted(name: str) -> Lines:
    def lines(said: Sentence) -> tuple[str, ...]:
        by = ""
        if name == "top" and not said.names:
            by = (
                "by service"
                if said.has(Concept.SERVICE)
                else "by rule"
                if said.has(Concept.RULES)
                else ""
            )
            by = "by host" if said.has(Concept.HOST) else by
        return tuple(
            _join(f"/{name}", one, said.levels(), said.span(), by) for one in said.selections()
        )

    return lines


_FIELDS = {
    Concept.USERS: "user",
    Concept.PATHS: "path",
    Concept.CODES: "status",
    Concept.LATENCY: "latency",
}
"""Fields of records, by what people ask of them."""
_FIGURES = {
    "cpu": ("cpu",),
    "memory": ("内存", "memory"),
    "disk": ("磁盘", "硬盘", "disk", "disks"),
    "load": ("负载", "load"),
}
"""Figures of hosts, the same."""


def _of_field(name: str) -> Lines:
    """``最近一小时哪个用户报错最多``, ``pay 延迟走势``."""

    def lines(said: Sentence) -> tuple[str, ...]:
        asked = [field for concept, field in _FIELDS.items() if said.has(concept)]
        return tuple(
            _join(f"/{name}", field, one, said.span())
            for field in asked[:1]
            for one in said.selections()
        )

    return lines


def _of_host(said: Sentence) -> tuple[str, ...]:
    asked = [figure for figure, words in _FIGURES.items() if said.says(*words)]
    hosts = [value for one in said.names for label, value in one.meant if label == "host"]
    if said.names and not hosts:
        return ()
    named = [f"host={host}" for host in hosts[:3]] or [""]
    return tuple(_join("/trend", asked[0], one, said.span()) for one in named if asked)


def _logs(said: Sentence) -> tuple[str, ...]:
    text = said.quoted() or quote_of(said.all(Kind.OTHER))
    if not (text or said.names):
        return ()
    return tuple(_join("/logs", one, text, said.span()) for one in said.selections())


def quote_of(words: tuple[str, ...]) -> str:
    """Words as one quoted text, "" without any."""
    return quote(" ".join(words)) if words else ""


def _health(said: Sentence) -> tuple[str, ...]:
    hosts = [value for one in said.names for label, value in one.meant if label == "host"]
    if said.names and not hosts:
        return ()
    return tuple(f"/health {host}" for host in hosts) or ("/health",)


def _rule(said: Sentence) -> tuple[str, ...]:
    return tuple(
        f"/rule {value}" for one in said.names[:1] for label, value in one.meant if label == "rule"
    )


def _many(name: str) -> Lines:
    """Of alerts by number, or of all that conditions take."""

    def lines(said: Sentence) -> tuple[str, ...]:
        wide = said.names or said.all(Kind.CONDITION) or said.all(Kind.LEVEL)
        if said.all(Kind.NUMBER) or not (wide or said.has(Concept.ALL)):
            return () if wide else _of_numbers(name)(said)
        if not wide:
            return (f"/{name} all",)
        return tuple(_join(f"/{name}", one, said.levels()) for one in said.selections())

    return lines


def _ack(said: Sentence) -> tuple[str, ...]:
    end = said.end()
    return tuple(
        _join(line, end) if line.split()[-1].isdigit() else line for line in _many("ack")(said)
    )


def _mute(said: Sentence) -> tuple[str, ...]:
    reasons = said.all(Kind.REASON)
    why = quote(reasons[0]) if reasons else ""
    end = said.end()
    if why and not end:
        end = "1h"
    named = said.names or said.all(Kind.CONDITION) or said.all(Kind.LEVEL)
    if said.all(Kind.NUMBER) or not named:
        return (
            () if named else tuple(f"{_join('/mute', one, end, why)}" for one in said.numbers[:4])
        )
    level = said.levels().replace("level>=", "level=")
    return tuple(_join("/mute", one, level, end, why) for one in said.selections())


def _extend(said: Sentence) -> tuple[str, ...]:
    return tuple(_join("/mute", one, _more(said.end())) for one in said.all(Kind.MUTE)[:3])


def _more(end: str) -> str:
    return f"+{end}" if end[:1].isdigit() else end


def _unmute(said: Sentence) -> tuple[str, ...]:
    mutes = said.all(Kind.MUTE)
    if mutes:
        return tuple(f"/unmute {one}" for one in mutes[:4])
    if said.names or said.all(Kind.CONDITION):
        return tuple(f"/unmute {one}" for one in said.selections())
    return _of_numbers("unmute")(said)


def _muted_now(said: Sentence) -> tuple[str, ...]:
    """Asked what is muted; ``can you mute pay?`` asks for a mute."""
    listed = said.has(Concept.MUTED) and said.has(Concept.ALERTS)
    return () if listed or said.has(Concept.POLITE) else ("/mutes",)


def _assign(said: Sentence) -> tuple[str, ...]:
    people = said.all(Kind.PERSON)
    mine = said.says("我", "me", "assign to me", "我自己")
    who = people[0] if people else "me" if mine else ""
    return tuple(f"/assign {one} {who}" for one in said.numbers[:1]) if who else ()


def _grade(said: Sentence) -> tuple[str, ...]:
    levels = said.all(Kind.LEVEL)
    return tuple(f"/severity {one} {levels[0]}" for one in said.numbers[:1]) if levels else ()


def _subscribe(said: Sentence) -> tuple[str, ...]:
    lines = [_join("/subscribe", one, said.levels()) for one in said.selections()]
    return tuple(
        line if line != "/subscribe" or not said.has(Concept.ALL) else "/subscribe all"
        for line in lines
    )


def _unsubscribe(said: Sentence) -> tuple[str, ...]:
    if said.has(Concept.ALL):
        return ("/unsubscribe all",)
    return tuple(f"/unsubscribe {one}" for one in said.all(Kind.NUMBER)[:4]) or ("/unsubscribe",)


def _language(said: Sentence) -> tuple[str, ...]:
    whose = "me " if said.says("我", "me", "my", "我的") else ""
    return tuple(f"/lang {whose}{one}" for one in said.all(Kind.LANGUAGE)[:1])


_HELPED = {
    Concept.MUTE: "mute",
    Concept.UNMUTE: "unmute",
    Concept.ACK: "ack",
    Concept.UNACK: "unack",
    Concept.RESOLVE: "resolve",
    Concept.ASSIGN: "assign",
    Concept.SUBSCRIBE: "subscribe",
    Concept.UNSUBSCRIBE: "unsubscribe",
    Concept.GRADE: "severity",
}


def _help_on(said: Sentence) -> tuple[str, ...]:
    """``怎么静默 pay``, ``how do I mute pay``: asks how, and wants nothing done."""
    if not said.says("怎么", "怎样", "如何", "how"):
        return ()
    return tuple(f"/help {name}" for concept, name in _HELPED.items() if said.has(concept))


_ASKED = (
    Concept.WHICH,
    Concept.COUNT,
    Concept.RECENT,
    Concept.HOW,
    Concept.SYSTEM,
    Concept.ALL,
    Concept.ASKING,
)
_NOUNS = (Concept.ALERTS, Concept.SERVICE, Concept.HOST, Concept.BROKE, Concept.STATUS)

FORMS: tuple[Form, ...] = (
    _form(
        (Concept.WHY, Concept.UNTOLD),
        bears=(*_ASKED, *_NOUNS, Concept.THIS, Concept.RULES, Concept.MUTED),
        takes=(Kind.NAME, Kind.NUMBER, Kind.BACK),
        lines=_why,
    ),
    _form(
        Concept.TOP,
        bears=(*_ASKED, *_NOUNS, Concept.RULES, Concept.HEALTH, Concept.LOGS),
        takes=(*_NAMES, *_PAST, Kind.LEVEL),
        lines=_counted("top"),
    ),
    _form(
        (Concept.USERS, Concept.PATHS, Concept.CODES),
        (Concept.TOP, Concept.COUNT, Concept.ALERTS, Concept.BROKE),
        bears=(*_ASKED, *_NOUNS, Concept.RULES, Concept.TOP, Concept.LOGS),
        takes=(*_NAMES, *_PAST),
        lines=_of_field("top"),
    ),
    _form(
        Concept.LATENCY,
        (Concept.TREND, Concept.HOW, Concept.COUNT),
        bears=(*_ASKED, *_NOUNS, Concept.TREND),
        takes=(*_NAMES, *_PAST),
        lines=_of_field("trend"),
    ),
    _form(
        Concept.HEALTH,
        Concept.TREND,
        bears=(*_ASKED, Concept.HOST),
        takes=(*_NAMES, *_PAST),
        lines=_of_host,
    ),
    _form(
        Concept.TREND,
        bears=(*_ASKED, *_NOUNS, Concept.RULES, Concept.TOP),
        takes=(*_NAMES, *_PAST, Kind.LEVEL),
        lines=_counted("trend"),
    ),
    _form(
        Concept.LOGS,
        bears=(*_ASKED, Concept.SERVICE, Concept.ALERTS, Concept.BROKE),
        takes=(*_NAMES, *_PAST, Kind.QUOTED, Kind.OTHER),
        lines=_logs,
    ),
    _form(Concept.DIGEST, bears=(*_ASKED, Concept.ALERTS), takes=(Kind.BACK,), lines="/digest"),
    _form(
        Concept.ON_CALL,
        bears=(*_ASKED, Concept.WHO, Concept.NEXT, Concept.ALERTS),
        takes=(Kind.BACK, Kind.LEVEL),
        lines="/oncall",
    ),
    _form(
        (Concept.HEALTH, Concept.HOST),
        bears=(
            *_ASKED,
            Concept.HEALTH,
            Concept.HOST,
            Concept.STATUS,
            Concept.BROKE,
            Concept.SERVICE,
        ),
        takes=(Kind.NAME, Kind.BACK, Kind.LEVEL),
        lines=_health,
    ),
    _form(
        (Concept.HOW, Concept.STATUS),
        bears=(*_ASKED, Concept.STATUS),
        takes=(Kind.NAME,),
        lines=lambda said: _health(said) if said.names else (),
    ),
    _form(Concept.MUTES, bears=(*_ASKED, Concept.OPEN), lines="/mutes"),
    _form(Concept.MUTES, Concept.AUDIT, bears=_ASKED, lines="/mutes history"),
    _form(
        (Concept.MUTE, Concept.MUTED),
        (Concept.WHICH, Concept.COUNT, Concept.ASKING, Concept.WHO, Concept.AUDIT),
        bears=(*_ASKED, Concept.ALERTS, Concept.SERVICE, Concept.HOST, Concept.RULES, Concept.WHO),
        takes=(Kind.NAME,),
        lines=_muted_now,
    ),
    _form(
        Concept.SUBSCRIPTIONS,
        bears=(*_ASKED, Concept.MINE, Concept.ALERTS, Concept.SUBSCRIBE),
        lines="/subscriptions",
    ),
    _form(
        Concept.SUBSCRIBE,
        (Concept.WHICH, Concept.COUNT, Concept.MINE),
        bears=(*_ASKED, Concept.ALERTS, Concept.SERVICE),
        lines="/subscriptions",
    ),
    _form(
        Concept.RULES,
        bears=(*_ASKED, Concept.ALERTS),
        lines=lambda said: () if said.names else ("/rules",),
    ),
    _form(Concept.RULES, bears=(*_ASKED, Concept.ALERTS), takes=(Kind.NAME,), lines=_rule),
    _form(
        Concept.AUDIT,
        bears=(*_ASKED, Concept.WHO, Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER,),
        lines=lambda said: _of_numbers("audit", most=1)(said) or ("/audit",),
    ),
    _form(
        Concept.WHO,
        (
            Concept.ACK,
            Concept.ACKED,
            Concept.MUTE,
            Concept.MUTED,
            Concept.RESOLVE,
            Concept.RESOLVED,
            Concept.ASSIGN,
            Concept.UNMUTE,
            Concept.UNACK,
        ),
        bears=(*_ASKED, Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("audit"),
    ),
    _form(
        (Concept.HOW, Concept.WHY),
        tuple(_HELPED),
        bears=(*_ASKED, *_NOUNS, Concept.RULES, Concept.THIS),
        takes=(Kind.NAME, Kind.NUMBER),
        lines=_help_on,
    ),
    _form(
        Concept.ASKING,
        (*_HELPED, Concept.ACKED, Concept.RESOLVED, Concept.MUTED, Concept.OPEN),
        bears=(*_ASKED, *_NOUNS, Concept.THIS),
        takes=(Kind.NUMBER,),
        lines=lambda said: () if said.has(Concept.POLITE) else _of_numbers("alert")(said),
    ),
    _form(Concept.ADMINS, bears=(*_ASKED, Concept.WHO), lines="/admin list"),
    _form(Concept.WHOAMI, bears=_ASKED, lines="/whoami"),
    _form(Concept.DOCTOR, bears=(*_ASKED, Concept.STATUS), lines="/doctor"),
    _form(Concept.HELP, bears=(*_ASKED, Concept.SYSTEM, Concept.THIS), lines="/help"),
    _form(
        (Concept.STATUS, Concept.SYSTEM, Concept.ALL),
        bears=(*_ASKED, Concept.STATUS, Concept.HOW, Concept.HEALTH),
        takes=(Kind.BACK,),
        lines=lambda said: (
            ("/status",) if said.has(Concept.STATUS) or said.has(Concept.HOW) else ()
        ),
    ),
    _form(
        (
            Concept.WHICH,
            Concept.HOW,
            Concept.ALERTS,
            Concept.STATUS,
            Concept.BROKE,
            Concept.ACKED,
            Concept.RESOLVED,
            Concept.MUTED,
            Concept.WHO,
        ),
        bears=(*_ASKED, *_NOUNS, Concept.THIS, Concept.ACKED, Concept.RESOLVED, Concept.MUTED),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("alert"),
    ),
    _form(
        bears=(Concept.ALERTS,),
        takes=(Kind.NUMBER,),
        lines=lambda said: tuple(f"/alert {one}" for one in said.all(Kind.NUMBER)[:3]),
    ),
    _form(
        (
            *_ASKED,
            *_NOUNS,
            Concept.OPEN,
            Concept.FIRING,
            Concept.ACKED,
            Concept.RESOLVED,
            Concept.MUTED,
            Concept.MINE,
        ),
        bears=(
            *_ASKED,
            *_NOUNS,
            Concept.OPEN,
            Concept.FIRING,
            Concept.ACKED,
            Concept.RESOLVED,
            Concept.MUTED,
            Concept.MINE,
            Concept.AND,
            Concept.AT_LEAST,
        ),
        takes=(*_NAMES, *_PAST, Kind.LEVEL, Kind.QUOTED),
        lines=_alerts,
    ),
    _form(
        bears=(*_ASKED, Concept.AND, Concept.AT_LEAST, Concept.SERVICE),
        takes=(*_NAMES, Kind.LEVEL, Kind.BACK),
        lines=lambda said: _alerts(said) if said.names else (),
    ),
    _form(
        Concept.MUTE,
        bears=(*_MUTED_THINGS, Concept.ALL, Concept.RECENT),
        takes=(*_NAMES, Kind.NUMBER, Kind.LENGTH, Kind.END, Kind.LEVEL, Kind.REASON),
        lines=_mute,
        acts=True,
    ),
    _form(
        Concept.EXTEND,
        bears=(Concept.MUTE, Concept.MUTES),
        takes=(Kind.MUTE, Kind.LENGTH, Kind.END),
        lines=_extend,
        acts=True,
    ),
    _form(
        Concept.UNMUTE,
        bears=_MUTED_THINGS,
        takes=(*_NAMES, Kind.NUMBER, Kind.MUTE),
        lines=_unmute,
        acts=True,
    ),
    _form(
        Concept.CANCEL,
        (Concept.MUTE, Concept.MUTED, Concept.MUTES),
        bears=_MUTED_THINGS,
        takes=(*_NAMES, Kind.NUMBER, Kind.MUTE),
        lines=_unmute,
        acts=True,
    ),
    _form(
        Concept.CANCEL,
        bears=(Concept.THIS,),
        takes=(Kind.MUTE,),
        lines=lambda said: _unmute(said) if said.all(Kind.MUTE) else (),
        acts=True,
    ),
    _form(
        Concept.ACK,
        bears=(
            Concept.ALERTS,
            Concept.SERVICE,
            Concept.THIS,
            Concept.AND,
            Concept.ALL,
            Concept.RULES,
            Concept.OPEN,
            Concept.FIRING,
        ),
        takes=(*_NAMES, Kind.NUMBER, Kind.LENGTH, Kind.END, Kind.LEVEL),
        lines=_ack,
        acts=True,
    ),
    _form(
        (Concept.UNACK,),
        bears=(Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("unack"),
        acts=True,
    ),
    _form(
        Concept.CANCEL,
        (Concept.ACK, Concept.ACKED),
        bears=(Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("unack"),
        acts=True,
    ),
    _form(
        Concept.RESOLVE,
        bears=(
            Concept.ALERTS,
            Concept.SERVICE,
            Concept.THIS,
            Concept.AND,
            Concept.ALL,
            Concept.RULES,
            Concept.OPEN,
        ),
        takes=(*_NAMES, Kind.NUMBER, Kind.LEVEL),
        lines=_many("resolve"),
        acts=True,
    ),
    _form(
        Concept.MARK,
        (Concept.RESOLVED, Concept.RESOLVE),
        bears=(Concept.ALERTS, Concept.THIS, Concept.DONE),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("resolve"),
        acts=True,
    ),
    _form(
        (Concept.RESOLVED,),
        bears=(Concept.ALERTS, Concept.THIS, Concept.DONE),
        takes=(Kind.NUMBER,),
        lines=_of_numbers("resolve"),
        acts=True,
    ),
    _form(
        (Concept.ASSIGN, Concept.ACK, Concept.WHICH),
        bears=(Concept.ALERTS, Concept.THIS, Concept.ASSIGN),
        takes=(Kind.NUMBER, Kind.PERSON),
        lines=_assign,
        acts=True,
    ),
    _form(
        Concept.FILLER,
        bears=(Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER, Kind.PERSON),
        lines=lambda said: _assign(said) if said.says("给", "to") else (),
        acts=True,
    ),
    _form(
        Concept.GRADE,
        bears=(Concept.ALERTS, Concept.THIS),
        takes=(Kind.NUMBER, Kind.LEVEL),
        lines=_grade,
        acts=True,
    ),
    _form(
        Concept.SUBSCRIBE,
        bears=(
            Concept.ALERTS,
            Concept.SERVICE,
            Concept.AND,
            Concept.ALL,
            Concept.AT_LEAST,
            Concept.RULES,
        ),
        takes=(*_NAMES, Kind.LEVEL),
        lines=_subscribe,
        acts=True,
    ),
    _form(
        Concept.UNSUBSCRIBE,
        bears=(Concept.ALERTS, Concept.SERVICE, Concept.ALL, Concept.SUBSCRIPTIONS),
        takes=(Kind.NUMBER,),
        lines=_unsubscribe,
        acts=True,
    ),
    _form(
        Concept.CANCEL,
        (Concept.SUBSCRIBE, Concept.SUBSCRIPTIONS),
        bears=(Concept.ALERTS, Concept.SERVICE, Concept.ALL),
        takes=(Kind.NUMBER,),
        lines=_unsubscribe,
        acts=True,
    ),
    _form(
        (Concept.SPEAK, Concept.FILLER),
        bears=(Concept.SPEAK,),
        takes=(Kind.LANGUAGE,),
        lines=_language,
        acts=True,
    ),
)

"""Diagnoses: what a look at one part of Larkwatch found, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

Fact = str | int | timedelta | datetime


class Status(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not as well as it should, or not for long."""
    FAILED = "failed"
    """Somebody is not told, or cannot act, until this is mended."""
    SKIPPED = "skipped"
    """It was not looked at; the finding says why."""


class Area(StrEnum):
    """Checks that belong together, in the order in which they are shown."""

    CONFIGURATION = "configuration"
    FEISHU = "feishu"
    RECEIVING = "receiving"
    GROUPS = "groups"
    PEOPLE = "people"
    SOURCES = "sources"
    STORAGE = "storage"
    RUNNING = "running"


class Check(StrEnum):
    """One thing that is looked at."""

    CONFIGURATION = "configuration"
    CREDENTIALS = "credentials"
    CLOCK = "clock"
    BOT = "bot"
    VERSION = "version"
    SCOPES = "scopes"
    EVENTS = "events"
    RECEIVING = "receiving"
    ROUND_TRIP = "round-trip"
    GROUPS = "groups"
    URGENT = "urgent"
    PEOPLE = "people"
    SOURCES = "sources"
    ROTATION = "rotation"
    INOTIFY = "inotify"
    AGENTS = "agents"
    SERVER = "server"
    DATABASE = "database"
    DISK = "disk"
    PROCESS = "process"
    OUTBOX = "outbox"
    BREAKERS = "breakers"
    QUOTA = "quota"
    TOKENS = "tokens"

    @property
    def area(self) -> Area:
        """Where it belongs."""
        return _AREAS[self]


class Verdict(StrEnum):
    """What a look found; a closed list, so that it can be said in the reader's language."""

    BROKE = "broke"
    """The look itself failed."""
    DEPENDS = "depends"
    NOT_ON_THIS_HOST = "not_on_this_host"
    FEISHU_REFUSED = "feishu_refused"

    CONFIG_SOUND = "config_sound"
    CONFIG_ERROR = "config_error"
    CONFIG_WARNING = "config_warning"

    CREDENTIALS_GOOD = "credentials_good"
    CREDENTIALS_MISSING = "credentials_missing"
    CREDENTIALS_REFUSED = "credentials_refused"
    OTHER_BRAND = "other_brand"
    UNREACHABLE = "unreachable"
    CLOCK_GOOD = "clock_good"
    CLOCK_OFF = "clock_off"
    CLOCK_WRONG = "clock_wrong"
    CLOCK_UNKNOWN = "clock_unknown"
    BOT_GOOD = "bot_good"
    BOT_OFF = "bot_off"
    BOT_INACTIVE = "bot_inactive"
    ADDRESS_REFUSED = "address_refused"
    VERSION_GOOD = "version_good"
    VERSION_NONE = "version_none"
    VERSION_WAITS = "version_waits"
    APP_UNREADABLE = "app_unreadable"
    SCOPES_GOOD = "scopes_good"
    SCOPE_MISSING = "scope_missing"
    SCOPE_UNUSED = "scope_unused"
    EVENTS_GOOD = "events_good"
    EVENTS_UNSAID = "events_unsaid"
    EVENT_MISSING = "event_missing"
    EVENT_WANTED = "event_wanted"
    CALLBACK_MISSING = "callback_missing"

    CONNECTION_UP = "connection_up"
    CONNECTION_POSSIBLE = "connection_possible"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_FULL = "connection_full"
    CONNECTION_DOWN = "connection_down"
    OTHER_WAY = "other_way"
    LONG_ON_LARK = "long_on_lark"
    KEYS_MISSING = "keys_missing"
    CALLBACK_ANSWERS = "callback_answers"
    CALLBACK_LOCAL = "callback_local"
    CALLBACK_NO_ADDRESS = "callback_no_address"
    CALLBACK_UNREACHABLE = "callback_unreachable"
    CALLBACK_WRONG = "callback_wrong"
    ROUND_TRIP_GOOD = "round_trip_good"
    ROUND_TRIP_NOT_ASKED = "round_trip_not_asked"
    ROUND_TRIP_NOBODY = "round_trip_nobody"
    ROUND_TRIP_UNSENT = "round_trip_unsent"
    ROUND_TRIP_NO_CLICK = "round_trip_no_click"
    ROUND_TRIP_NO_SERVER = "round_trip_no_server"

    GROUPS_GOOD = "groups_good"
    GROUPS_NONE = "groups_none"
    GROUPS_MORE = "groups_more"
    GROUP_LOST = "group_lost"
    GROUP_SILENCED = "group_silenced"
    GROUP_SUSPENDED = "group_suspended"
    URGENT_GOOD = "urgent_good"
    URGENT_UNUSED = "urgent_unused"
    URGENT_REFUSED = "urgent_refused"

    PEOPLE_GOOD = "people_good"
    NO_ADMINS = "no_admins"
    NOBODY_STANDS_IN = "nobody_stands_in"
    NOBODY_ON_CALL = "nobody_on_call"
    CALENDAR_BROKEN = "calendar_broken"

    SOURCE_GOOD = "source_good"
    SOURCES_NONE = "sources_none"
    SOURCES_MORE = "sources_more"
    SOURCE_ABSENT = "source_absent"
    SOURCE_UNREADABLE = "source_unreadable"
    SOURCE_NO_LOG = "source_no_log"
    SOURCE_ENCODING = "source_encoding"
    SOURCE_SILENT = "source_silent"
    SOURCE_EMPTY = "source_empty"
    SOURCE_ANSWERS = "source_answers"
    SOURCE_SHUT = "source_shut"
    SOURCE_PIPED = "source_piped"
    ROTATION_GOOD = "rotation_good"
    ROTATION_COPIES = "rotation_copies"
    ROTATION_UNKNOWN = "rotation_unknown"
    ROTATION_NONE = "rotation_none"
    INOTIFY_GOOD = "inotify_good"
    INOTIFY_UNUSED = "inotify_unused"
    INOTIFY_LOW = "inotify_low"
    INOTIFY_NONE = "inotify_none"
    AGENTS_GOOD = "agents_good"
    AGENTS_NONE = "agents_none"
    AGENT_SILENT = "agent_silent"
    AGENT_BEHIND = "agent_behind"
    SERVER_GOOD = "server_good"
    SERVER_NO_SECRET = "server_no_secret"  # noqa: S105 - a name
    SERVER_UNREACHABLE = "server_unreachable"

    DATABASE_GOOD = "database_good"
    DATABASE_ABSENT = "database_absent"
    DATABASE_UNREACHABLE = "database_unreachable"
    DATABASE_OLD = "database_old"
    DATABASE_LOCKED = "database_locked"
    DATABASE_UNWRITABLE = "database_unwritable"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_TOO_LARGE = "database_too_large"
    FIELDS_FULL = "fields_full"
    DISK_GOOD = "disk_good"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    DISK_UNKNOWN = "disk_unknown"

    RUNNING = "running"
    NOT_RUNNING = "not_running"
    HOLDER_GONE = "holder_gone"
    OUTBOX_GOOD = "outbox_good"
    OUTBOX_LATE = "outbox_late"
    OUTBOX_STUCK = "outbox_stuck"
    GIVEN_UP = "given_up"
    UNHEARD = "unheard"
    BREAKERS_GOOD = "breakers_good"
    BREAKER_OPEN = "breaker_open"
    QUOTA_GOOD = "quota_good"
    QUOTA_UNLIMITED = "quota_unlimited"
    QUOTA_LOW = "quota_low"
    QUOTA_GONE = "quota_gone"
    TOKENS_GOOD = "tokens_good"
    TOKEN_ENDS = "token_ends"  # noqa: S105 - a name, not a secret
    TOKEN_OVER = "token_over"  # noqa: S105
    API_OFF = "api_off"

    @property
    def status(self) -> Status:
        """How bad it is."""
        return _STATUS.get(self, Status.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one look found.

    Attributes:
        subject: Which one of several: a scope, a file, a group; "" for the only one. Untrusted.
        facts: What the words for it need; untrusted text, never a secret.
    """

    check: Check
    verdict: Verdict
    subject: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """How bad it is."""
        return self.verdict.status


def worst(diagnoses: Iterable[Diagnosis]) -> Status:
    """The worst of all; what was skipped is no trouble."""
    found = {one.status for one in diagnoses}
    for status in (Status.FAILED, Status.WARNING):
        if status in found:
            return status
    return Status.OK


_AREAS = {
    Check.CONFIGURATION: Area.CONFIGURATION,
    Check.CREDENTIALS: Area.FEISHU,
    Check.CLOCK: Area.FEISHU,
    Check.BOT: Area.FEISHU,
    Check.VERSION: Area.FEISHU,
    Check.SCOPES: Area.FEISHU,
    Check.EVENTS: Area.FEISHU,
    Check.RECEIVING: Area.RECEIVING,
    Check.ROUND_TRIP: Area.RECEIVING,
    Check.GROUPS: Area.GROUPS,
    Check.URGENT: Area.GROUPS,
    Check.PEOPLE: Area.PEOPLE,
    Check.SOURCES: Area.SOURCES,
    Check.ROTATION: Area.SOURCES,
    Check.INOTIFY: Area.SOURCES,
    Check.AGENTS: Area.SOURCES,
    Check.SERVER: Area.RUNNING,
    Check.DATABASE: Area.STORAGE,
    Check.DISK: Area.STORAGE,
    Check.PROCESS: Area.RUNNING,
    Check.OUTBOX: Area.RUNNING,
    Check.BREAKERS: Area.RUNNING,
    Check.QUOTA: Area.RUNNING,
    Check.TOKENS: Area.RUNNING,
}

_OK = (
    Verdict.CONFIG_SOUND,
    Verdict.CREDENTIALS_GOOD,
    Verdict.CLOCK_GOOD,
    Verdict.BOT_GOOD,
    Verdict.VERSION_GOOD,
    Verdict.SCOPES_GOOD,
    Verdict.EVENTS_GOOD,
    Verdict.CONNECTION_UP,
    Verdict.CONNECTION_POSSIBLE,
    Verdict.CALLBACK_ANSWERS,
    Verdict.ROUND_TRIP_GOOD,
    Verdict.GROUPS_GOOD,
    Verdict.URGENT_GOOD,
    Verdict.PEOPLE_GOOD,
    Verdict.SOURCE_GOOD,
    Verdict.SOURCE_ANSWERS,
    Verdict.ROTATION_GOOD,
    Verdict.ROTATION_COPIES,
    Verdict.ROTATION_UNKNOWN,
    Verdict.INOTIFY_GOOD,
    Verdict.AGENTS_GOOD,
    Verdict.SERVER_GOOD,
    Verdict.DATABASE_GOOD,
    Verdict.DISK_GOOD,
    Verdict.RUNNING,
    Verdict.OUTBOX_GOOD,
    Verdict.BREAKERS_GOOD,
    Verdict.QUOTA_GOOD,
    Verdict.QUOTA_UNLIMITED,
    Verdict.TOKENS_GOOD,
)
_WARNING = (
    Verdict.FIELDS_FULL,
    Verdict.CONFIG_WARNING,
    Verdict.CLOCK_OFF,
    Verdict.VERSION_WAITS,
    Verdict.SCOPE_UNUSED,
    Verdict.EVENT_WANTED,
    Verdict.LONG_ON_LARK,
    Verdict.CALLBACK_LOCAL,
    Verdict.GROUPS_NONE,
    Verdict.GROUP_SUSPENDED,
    Verdict.NO_ADMINS,
    Verdict.NOBODY_ON_CALL,
    Verdict.CALENDAR_BROKEN,
    Verdict.SOURCES_NONE,
    Verdict.SOURCE_ABSENT,
    Verdict.SOURCE_ENCODING,
    Verdict.SOURCE_SILENT,
    Verdict.SOURCE_EMPTY,
    Verdict.ROTATION_NONE,
    Verdict.INOTIFY_LOW,
    Verdict.INOTIFY_NONE,
    Verdict.AGENTS_NONE,
    Verdict.AGENT_BEHIND,
    Verdict.DATABASE_ABSENT,
    Verdict.DISK_LOW,
    Verdict.NOT_RUNNING,
    Verdict.OUTBOX_LATE,
    Verdict.GIVEN_UP,
    Verdict.BREAKER_OPEN,
    Verdict.QUOTA_LOW,
    Verdict.TOKEN_ENDS,
    Verdict.TOKEN_OVER,
)
_SKIPPED = (
    Verdict.DEPENDS,
    Verdict.NOT_ON_THIS_HOST,
    Verdict.CLOCK_UNKNOWN,
    Verdict.APP_UNREADABLE,
    Verdict.EVENTS_UNSAID,
    Verdict.ROUND_TRIP_NOT_ASKED,
    Verdict.GROUPS_MORE,
    Verdict.URGENT_UNUSED,
    Verdict.SOURCES_MORE,
    Verdict.SOURCE_PIPED,
    Verdict.INOTIFY_UNUSED,
    Verdict.DATABASE_TOO_LARGE,
    Verdict.DISK_UNKNOWN,
    Verdict.API_OFF,
)
_STATUS = (
    dict.fromkeys(_OK, Status.OK)
    | dict.fromkeys(_WARNING, Status.WARNING)
    | dict.fromkeys(_SKIPPED, Status.SKIPPED)
)

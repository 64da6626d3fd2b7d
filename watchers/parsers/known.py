"""How well-known programs and libraries write their lines."""

from collections.abc import Mapping

_LEVEL_WORDS = (
    r"(?i:TRACE|VERBOSE|DEBUG|CONFIG|FINEST|FINER|FINE|INFORMATION|INFO|NOTICE|WARNING|WARN|"
    r"ERROR|SEVERE|CRITICAL|FATAL|PANIC|DPANIC|ALERT|EMERG)"
)
PARTS: Mapping[str, str] = {
    "LW_DATE": r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d[./]\d\d[./]\d{4}|\d\d? [A-Z][a-z]{2} \d{4})",
    "LW_CLOCK": r"\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AP]M)?",
    "LW_ZONE": r"(?:Z| ?[+-]\d\d(?::?\d\d)?| [A-Z]{3,4})",
    "LW_TIME": r"%{LW_DATE}[T _]%{LW_CLOCK}%{LW_ZONE}?",
    "LW_WHEN": r"(?:%{LW_DATE}[T _])?%{LW_CLOCK}%{LW_ZONE}?",
    "LW_LEVEL": _LEVEL_WORDS,
    "LW_SHORT": r"(?:VRB|DBG|INF|WRN|ERR|FTL|PNC|TRC)",
    "LW_LOGGER": r"[\w.$/:@~\-\[\]]+",
    "LW_REST": r".*",
}
"""What the formats are made of, beside the well-known patterns."""

KNOWN: Mapping[str, tuple[str, ...]] = {
    "access": (
        (
            r"(?:(?<vhost>[\w.-]+:\d+) )?(?<client>[0-9A-Za-z.:_-]+) (?<ident>\S+) (?<user>\S+) "
            r'\[(?<time>\d\d/[A-Z][a-z]{2}/\d{4}:[^\]]+)\] "(?:(?<method>[A-Z]{3,10}) '
            r'(?<path>[^"\s]+)'
            r'(?: (?<protocol>[A-Z]+/[\d.]+))?|(?<request>[^"]*))" %{NONNEGINT:status:int} '
            r'(?:%{NONNEGINT:bytes:int}|-)(?: "(?<referrer>[^"]*)" "(?<agent>(?:[^"\\]|\\.)*)")?'
            r'(?: "(?<forwarded>[^"=]*)")?(?: %{BASE10NUM:duration:float})?(?: .*)?'
        ),
    ),
    "nginx_error": (
        (
            r"(?<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?<level>[a-z]+)\] "
            r"%{INT:pid:int}#%{INT:tid:int}: "
            r"(?:\*%{INT:connection:int} )?(?<message>.*?)(?:, client: (?<client>[^,\s]+))?"
            r'(?:, server: (?<server>[^,"]*))?(?:, request: "(?:(?<method>[A-Z]+) (?<path>\S+)'
            r'(?: (?<protocol>[^"\s]+))?|[^"]*)")?(?:, subrequest: "[^"]*")?'
            r'(?:, upstream: "(?<upstream>[^"]*)")?(?:, host: "(?<host>[^"]*)")?'
            r'(?:, referrer: "(?<referrer>[^"]*)")?'
        ),
    ),
    "apache_error": (
        (
            r"\[(?<time>[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:.]+ \d{4})\] "
            r"\[(?:(?<module>\w*):)?(?<level>[a-z0-9]+)\](?: \[pid %{INT:pid:int}(?::tid "
            r"(?<tid>\d+))?\])?"
            r"(?: \[(?:client|remote) (?<client>[^\]\s]+?)(?::%{INT:port:int})?\])?"
            r"(?: (?<code>AH\d+):)? (?<message>.*)"
        ),
    ),
    "syslog5424": (
        (
            r"<%{NONNEGINT:pri:int}>\d{1,2} (?:-|(?<time>\S+)) (?:-|(?<host>\S+)) (?:-|"
            r"(?<app>\S+)) "
            r'(?:-|(?<pid>\S+)) (?:-|(?<msgid>\S+)) (?:-|(?<data>(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")'
            r"*\])+))"
            r"(?: (?:\x{feff})?(?<message>.*))?"
        ),
    ),
    "syslog": (
        (
            r"<%{NONNEGINT:pri:int}>(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|"
            r"\d{4}-\d\d-\d\dT\S+) "
            r"(?:(?<host>[\w.:-]+) )?(?<app>[^\s:\[\]]+)(?:\[(?<pid>[^\]\s]+)\])?: ?(?<message>.*)"
        ),
        (
            r"(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?) (?<host>[\w.:-]+) "
            r"(?<app>[^\s:\[\]]+)(?:\[(?<pid>[^\]\s]+)\])?: ?(?<message>.*)"
        ),
        (
            r"(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) (?<host>[\w.:-]+) "
            r"(?<app>[A-Za-z_][\w./@-]*)(?:\[(?<pid>\d+)\]:|:) ?(?<message>.*)"
        ),
    ),
    "java": (
        # Spring Boot
        (
            r"%{LW_WHEN:time} +%{LW_LEVEL:level} %{INT:pid:int} --- (?:\[(?<app>[^\]]*)\] )?"
            r"\[ *(?<thread>[^\]]*)\] (?<logger>\S+) +: (?<message>.*)"
        ),
        # Logback and Log4j: the thread before or behind the level
        (
            r"%{LW_WHEN:time},? +\[(?<thread>[^\]]+)\] +\[?%{LW_LEVEL:level}\]? +"
            r"(?<logger>[\w.$/\[\]-]+(?::\d+)?(?:\(\S+\))?) *(?: - |: |- )(?<message>.*)"
        ),
        (
            r"%{LW_WHEN:time},? +\[?%{LW_LEVEL:level}\]? +\[(?<thread>[^\]]+)\] +"
            r"(?<logger>[\w.$/\[\]-]+(?::\d+)?(?:\(\S+\))?) *(?: - |: |- )(?<message>.*)"
        ),
        (
            r"%{LW_WHEN:time},? +\[?%{LW_LEVEL:level}\]? +(?<logger>(?:[\w$]+\.)+[\w$]+(?::\d+)?) +"
            r"(?:- |: |\[(?<thread>[^\]]+)\] )(?<message>.*)"
        ),
        (
            r"%{LW_WHEN:time},? +\[?%{LW_LEVEL:level}\]? +(?<logger>[\w$.]+(?::\d+)?) +- "
            r"(?<message>.*)"
        ),
    ),
    "python": (
        # %(asctime)s - %(name)s - %(levelname)s - %(message)s
        r"%{LW_WHEN:time} - (?<logger>\S+) - %{LW_LEVEL:level} - (?<message>.*)",
        # Flask
        r"\[%{LW_WHEN:time}\] %{LW_LEVEL:level} in (?<logger>[\w.]+): (?<message>.*)",
        # gunicorn
        r"\[%{LW_WHEN:time}\] \[%{INT:pid:int}\] \[%{LW_LEVEL:level}\] (?<message>.*)",
        # Celery
        r"\[%{LW_WHEN:time}: %{LW_LEVEL:level}/(?<process>[^\]]+)\] (?<message>.*)",
        # loguru
        r"%{LW_WHEN:time} \| %{LW_LEVEL:level} +\| (?<logger>[^|]+?) - (?<message>.*)",
        # logging.basicConfig, uvicorn
        r"%{LW_LEVEL:level}:(?<logger>[\w.]+):(?<message>.*)",
        r"(?<level>INFO|WARNING|ERROR|CRITICAL|DEBUG): {2,}(?<message>.*)",
    ),
    "ruby": (
        (
            r"(?<mark>[DIWEFUA]), \[(?<time>[^\s\]]+) #%{INT:pid:int}\] +(?<level>[A-Z]+) -- "
            r"(?<program>[^:]*): (?<message>.*)"
        ),
    ),
    "dotnet": (
        # Serilog, in its long and its short form
        r"\[?%{LW_WHEN:time} \[?(?<level>%{LW_SHORT})\] (?<message>.*)",
        # NLog
        r"%{LW_WHEN:time}\|%{LW_LEVEL:level}\|(?<logger>[^|]+)\|(?<message>.*)",
        # log4net
        (
            r"%{LW_WHEN:time} \[(?<thread>[^\]]+)\] %{LW_LEVEL:level} +(?<logger>\S+) "
            r"(?:\[[^\]]*\] )?- (?<message>.*)"
        ),
        # Microsoft.Extensions.Logging
        (
            r"(?<level>trce|dbug|info|warn|fail|crit): (?<logger>[\w.$+`]+)\[%{INT:event:int}\]"
            r"(?<message>.*)"
        ),
    ),
    "go": (
        # klog
        (
            r"(?<level>[IWEF])(?<time>\d{4} \d\d:\d\d:\d\d\.\d+) +%{INT:pid:int} "
            r"(?<caller>[^\s:]+:\d+)\] (?<message>.*)"
        ),
        # zap's console
        (
            r"(?<time>\S+)\t%{LW_LEVEL:level}\t(?:(?<logger>[\w.-]+)\t)?(?<caller>[\w./@-]+:\d+)\t"
            r"(?<message>[^\t]*)(?:\t(?<data>\{.*\}))?"
        ),
        # zerolog's console
        (
            r"(?:(?<time>\d\d?:\d\d(?::\d\d)?[AP]M|\d{4}-\d\d-\d\dT\S+) )?(?<level>TRC|DBG|INF|WRN|"
            r"ERR|FTL|PNC) "
            r"(?:(?<caller>[^\s:]+:\d+) > )?(?<message>.*)"
        ),
        # logrus on a terminal
        (
            r"(?<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?:\d{4}|(?<time>\d{4}-[^\]]+))\] "
            r"?(?<message>.*)"
        ),
        # gin
        (
            r"\[GIN\] (?<time>[\d/]+ - [\d:]+) \| +%{INT:status:int} \| +(?<duration>\S+) \| "
            r"+(?<client>\S+) \| "
            r'+(?<method>[A-Z]+) +"(?<path>[^"]*)"(?<message>.*)'
        ),
        # the log package
        (
            r"(?<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (?:(?<caller>[^\s:]+\.go:\d+): )?"
            r"(?:\[?%{LW_LEVEL:level}\]?:? )?(?<message>.*)"
        ),
    ),
    "postgres": (
        (
            r"%{LW_TIME:time} \[%{INT:pid:int}(?:-\d+)?\](?::? (?:(?<user>[\w.-]+)"
            r"@(?<database>[\w.-]+)|\S+@\S+))?:? "
            r"(?:\[[^\]]*\] )?(?<level>DEBUG\d?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|"
            r"STATEMENT|DETAIL|HINT|"
            r"CONTEXT): +(?<message>.*)"
        ),
    ),
    "mysql": (
        (
            r"%{LW_TIME:time} %{INT:thread:int} \[(?<level>\w+)\](?: \[(?<code>MY-\d+)\])?"
            r"(?: \[(?<subsystem>\w+)\])? (?<message>.*)"
        ),
    ),
    "redis": (
        (
            r"%{INT:pid:int}:(?<role>[XCSM]) (?<time>\d\d [A-Z][a-z]{2} (?:\d{4} )"
            r"?\d\d:\d\d:\d\d\.\d+) "
            r"(?<level>[.*#-]) (?<message>.*)"
        ),
    ),
    "php": (
        # Monolog, and with it Laravel and Symfony
        (
            r"\[(?<time>\d{4}-\d\d-\d\d[T ][^\]]+)\] (?<channel>[\w.-]+)\.%{LW_LEVEL:level}: "
            r"(?<message>.*)"
        ),
        (
            r"(?:\[(?<time>\d\d-[A-Z][a-z]{2}-\d{4} [^\]]+)\] )?PHP (?<level>Fatal|Parse|Warning|"
            r"Notice|Deprecated)"
            r"(?: error)?: +(?<message>.*)"
        ),
    ),
    "text": (
        (
            r"%{LW_WHEN:time},? +\[?%{LW_LEVEL:level}\]? +(?<logger>[\w$./-]+(?::\d+)?) *: "
            r"(?<message>.*)"
        ),
        (
            r"\[?%{LW_WHEN:time}\]?:?,? +[\[(<]?%{LW_LEVEL:level}[\])>]?:? "
            r"+(?:\[(?<logger>[\w./$:-]+)\]:? )?"
            r"(?<message>.*)"
        ),
        r"[\[(<]%{LW_LEVEL:level}[\])>]:? +(?:\[?%{LW_WHEN:time}\]?:? +)?(?<message>.*)",
        r"%{LW_LEVEL:level}:? +(?:\[?%{LW_WHEN:time}\]?:? +)(?<message>.*)",
    ),
}
"""The patterns of each format, tried in their order."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "nginx": ("access", "nginx_error"),
    "apache": ("access", "apache_error"),
    "syslog": ("syslog5424", "syslog"),
    "log4j": ("java",),
    "logback": ("java",),
    "spring": ("java",),
    "zap": ("json", "go"),
    "zerolog": ("json", "go"),
    "slog": ("json", "logfmt"),
}
"""Other names people know, and what is tried for them."""

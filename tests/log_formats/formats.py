"""Logs of many kinds, generated from templates that are known: what a miner is judged on.

A file beside or below this one holds one format: lines of weight and template, where ``{kind}`` is
a value; a template that is marked as the same as the line before it differs from it in its values
only.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.log_formats import foreign, servers

_FILES = {path.stem: path for path in Path(__file__).parent.rglob("*.txt")}
FORMATS = tuple(sorted(name for name, path in _FILES.items() if path.parent.name != "unseen"))
UNSEEN = tuple(sorted(_FILES.keys() - set(FORMATS)))
"""Written after most of the miner; four of them were looked at while it was changed."""
_SAME = "  #same"
_PLACE = re.compile(r"\{(\w+)\}")
_HEX = "0123456789abcdef"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
WORDS: Mapping[str, Sequence[str]] = {
    name: words.split()
    for name, words in {
        "user": (
            "root admin test guest oracle postgres ubuntu git nagios alice bob www-data user1"
            " deploy support ftp pi jenkins hadoop carol"
        ),
        "proc": "crond httpd mysqld java python3 redis-server sshd dockerd node ntpd",
        "svc": (
            "payment order-service inventory user-api cart checkout search-indexer mail"
            " billing gateway"
        ),
        "db": "shop app analytics users postgres",
        "table": "orders users payments order_items sessions audit_log products",
        "iface": "eth0 eth1 ens5 docker0 wlan0",
        "dev": "sda1 sdb1 dm-0 nvme0n1p1",
        "state": (
            "NEW ASSIGNED RUNNING UNASSIGNED SUCCEEDED SCHEDULED COMMIT_PENDING FAILED SETUP"
            " INITED KILLED"
        ),
        "kst": "PreparingRebalance Stable Empty CompletingRebalance",
        "cb": "CLOSED OPEN HALF_OPEN",
        "bool": "true false",
        "cur": "CNY USD EUR",
        "pay": "alipay wechat visa unionpay",
        "bank": "ICBC CMB HSBC BOC ABC",
        "wd": "static logs mapreduce",
        "b": "DFSClient_NONMAPREDUCE",
        "flag": "new_checkout dark_mode fast_search beta_cart promo2024",
        "job2": "DailyReport CleanupSessions SyncInventory rebuildIndex MailDigest",
        "ns": "default prod kube-system staging",
        "st": "200 404 500 502 503 301",
        "cls": (
            "org.apache.hadoop.app.JobDispatcher org.apache.hadoop.app.Speculator$EventType"
            " org.apache.hadoop.app.TaskEventType org.apache.hadoop.app.Launcher"
        ),
        "cls2": "PaymentApplication OrderApplication GatewayApplication CartApp",
    }.items()
}
"""Values that are words; the first ones are drawn most often."""


class Drawing:
    """Draws values of all kinds."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - draws lines, keeps no secret

    def value(self, kind: str) -> str:
        words = WORDS.get(kind) or foreign.WORDS.get(kind) or servers.WORDS.get(kind)
        if words is not None:
            at = int(self.chance.expovariate(1) * len(words) / 4)
            return words[min(at, len(words) - 1)]
        draw = _KINDS.get(kind) or foreign.KINDS.get(kind) or servers.KINDS[kind]
        return draw(self)

    def of(self, text: str) -> str:
        """A text with a digit for every ``#`` and a hexadecimal one for every ``%``."""
        return re.sub(
            "[#%]", lambda one: self.chance.choice(_HEX if one[0] == "%" else _HEX[:10]), text
        )

    def one_of(self, *texts: str) -> str:
        return self.of(self.chance.choice(texts))

    def number(self, least: int, most: int) -> str:
        return str(self.chance.randint(least, most))


_KINDS: Mapping[str, Callable[[Drawing], str]] = {
    "n": lambda d: str(int(10 ** d.chance.uniform(0, 5))),
    "d": lambda d: d.number(0, 3),
    "ip": lambda d: ".".join(d.number(1, 254) for _ in range(4)),
    "port": lambda d: d.number(1024, 65535),
    "host": lambda d: d.one_of(
        "web#.example.com",
        "db-##.prod.internal",
        "ec2-##.compute.amazonaws.com",
        "node-##",
        "cache#",
        "mail#.corp.cn",
        "gw##.example.org",
    ),
    "path": lambda d: d.one_of(
        "/api/v1/orders/####",
        "/var/log/app/###.log",
        "/user/root/rand/_temporary/task_##/part",
        "/static/img/##.png",
        "/home/alice/data/###",
        "/index.html?id=###",
    ),
    "uri": lambda d: d.of("hdfs://nn#:9000/tmp/staging/job_###.jhist"),
    "f": lambda d: f"{d.chance.uniform(0, 900):.2f}",
    "sf": lambda d: f"{d.chance.uniform(-3, 3):+.6f}",
    "uuid": lambda d: d.of("%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%"),
    "hex0": lambda d: d.of("0x%%%%%%%%%%%%%%%"),
    "h8": lambda d: d.of("%%%%%%%%%"),
    "h16": lambda d: d.of("%" * 16),
    "h64": lambda d: d.of("%" * 64),
    "b64": lambda d: "".join(d.chance.choice(_LETTERS) for _ in range(43)),
    "blk": lambda d: d.one_of("blk_#################", "blk_-#################"),
    "attempt": lambda d: d.of("attempt_1445144423722_001#_m_0000##_0"),
    "task": lambda d: d.of("task_1445144423722_001#_m_0000##"),
    "job": lambda d: d.of("job_1445144423722_001#"),
    "container": lambda d: d.of("container_1445144423722_001#_01_0000##"),
    "clock": lambda d: d.of("0#:1#"),
    "date": lambda d: d.one_of("Fri Jul 1# 0#:1#:2# 2005", "Mon Dec 2# 1#:3#:0# 2005"),
    "cdate": lambda d: d.of("1#/Nov/2026:10:1#:2# +0000"),
    "mac": lambda d: d.of("%%:%%:%%:%%:%%:%%"),
    "pod": lambda d: f"{d.value('svc')}-{d.of('%%%%%%%%%')}-{d.one_of('xk#qz', 'bm##t', 'z#hvw')}",
    "node": lambda d: d.one_of("ip-10-0-#-##.ec2.internal", "worker-#-##"),
    "image": lambda d: f"registry.example.com/{d.value('svc')}:{d.of('v#.##')}",
    "dur": lambda d: d.one_of("#.###s", "###ms", "##.#µs"),
}


@cache
def _templates(name: str) -> tuple[tuple[int, str, str], ...]:
    """Weight, text and template."""
    found: list[tuple[int, str, str]] = []
    for line in _FILES[name].read_text("utf-8").splitlines():
        weight, _, text = line.partition(" ")
        template, same, _ = text.partition(_SAME)
        text = template.rstrip() if same else template
        truth = found[-1][2] if same else _PLACE.sub("<*>", text)
        found.append((int(weight), text, truth))
    return tuple(found)


def messages(name: str, count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    """Messages of a format, and the template of each."""
    drawing = Drawing(seed)
    known = _templates(name)
    drawn = drawing.chance.choices(range(len(known)), [one[0] for one in known], k=count)
    texts = [
        _PLACE.sub(lambda one: drawing.value(one[1]), known[at][1].replace("{{", "\0"))
        .replace("\0", "{")
        .replace("}}", "}")
        for at in drawn
    ]
    return texts, [known[at][2] for at in drawn]

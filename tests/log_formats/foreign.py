"""Values of formats far from those of operating systems: shops, meters, networks, bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.log_formats.formats import Drawing

WORDS: Mapping[str, Sequence[str]] = {
    name: words.split("|")
    for name, words in {
        "res": "memory|ephemeral-storage",
        "pkg": "orders|billing|cache|pool|gateway|ledger|search",
        "class": "OrderService|LedgerDao|Cache|PoolWorker|Router|SearchIndex|Codec",
        "method": "find|apply|run|lambda$main$0|getConnection|<init>|invoke",
        "cls3": "EventEmitter|Socket|ServerResponse|TLSSocket",
        "zhname": "张三|李四|王小明|欧阳锋|赵敏|陈静",
        "zhpay": "支付宝|微信|银联|余额",
        "zhcity": "北京|上海|广州|深圳|杭州",
        "zhjob": "日报统计|清理会话|同步库存|对账|生成账单",
        "zhnum": "一|二|三|十|十五|二十",
        "device": "iPhone15|华为Mate60|小米14|Pixel8",
        "quoted": "alice|bob|x-1|a b c|Ünal Öz|12 apples|o_k|abc|北京",
        "ua": "curl/8.1|Mozilla/5.0 (X11; Linux x86_64)|Go-http-client/2.0|okhttp/4.9.3",
        "quotable": "sleep 5 && curl -f localhost|红色T恤 XL|pg_isready -q|test -f /tmp/ok",
    }.items()
}
"""As in `formats`."""


def _several(most: int, one: Callable[[Drawing], str], between: str) -> Callable[[Drawing], str]:
    return lambda d: between.join(one(d) for _ in range(d.chance.randint(1, most)))


def _json(d: Drawing) -> str:
    body = {
        "id": d.chance.randint(1, 9999),
        "name": d.value("quoted"),
        "items": [{"sku": d.of("SKU-####"), "qty": d.chance.randint(1, 9)}][
            : d.chance.randint(0, 1)
        ],
        "ok": d.chance.random() < 0.5,
    }
    return json.dumps(body, ensure_ascii=False, separators=d.chance.choice(((",", ":"), None)))


KINDS: Mapping[str, Callable[[Drawing], str]] = {
    "ip6": lambda d: d.one_of(
        "2001:db8::%%%%:%",
        "fe80::%%%:%%%%:%%%%:%%%%",
        "2001:0db8:85a3:%%%%:0000:8a2e:0370:7334",
        "::1",
    ),
    "ip6port": lambda d: d.one_of("[::1]:4####", "[2001:db8::%%%%]:3####"),
    "mac6": lambda d: d.of("%%:%%:%%:%%:%%:%%"),
    "macd": lambda d: d.of("%%-%%-%%-%%-%%-%%").upper(),
    "maccisco": lambda d: d.of("%%%%.%%%%.%%%%"),
    "gi": lambda d: d.one_of("GigabitEthernet#/#/##", "Te1/0/#", "Vlan##", "Port-channel#"),
    "gdur": lambda d: d.one_of("#.##s", "1##ms", "1h#m3#s", "2m#.5s", "###.##µs", "##ns"),
    "zdur": lambda d: d.one_of("#:1#:2#", "1d 2h", "#.#s", "##ms", "PT#.##S", "#h"),
    "zhdur": lambda d: d.one_of("#秒", "1分#秒", "2小时3#分", "3##毫秒"),
    "size": lambda d: d.one_of("1##Mi", "#.#GiB", "5##Ki", "2#.#MB", "1####", "#.#gb", "9##kb"),
    "pct": lambda d: d.one_of("##%", "#.##%", "100%"),
    "iso": lambda d: d.one_of(
        "2026-03-0#T1#:2#:3#.###Z", "2026-03-1#T0#:2#:3#+08:00", "2026-04-1#T0#:2#:3#.######Z"
    ),
    "isodate": lambda d: d.of("2026-0#-1# 1#:2#:3#"),
    "zhdate": lambda d: d.one_of("2026年3月#日 1#:2#:3#", "2026年1#月2#日", "3月#日1#时2#分"),
    "order": lambda d: d.one_of("NO2026########", "DD##########", "20260301########"),
    "phone": lambda d: d.one_of("138****####", "1390000####", "+86 1370000####"),
    "code": lambda d: d.one_of("E####", "BANK_#####", "-1##", "SYS.00#"),
    "acct": lambda d: d.of("6222-####-####-####"),
    "n4": lambda d: d.of("####"),
    "ver": lambda d: d.one_of("1.#.#", "2.##.#-rc1", "3.#.#.RELEASE", "5.#.#-SNAPSHOT"),
    "thread": lambda d: d.one_of("http-nio-8080-exec-#", "pool-#-thread-##", "main", "worker-#"),
    "url": lambda d: d.one_of(
        "/api/v2/users/####/orders?page=#&size=20",
        "/s/%%%%%%%%",
        "/",
        "/search?q=a+b&lang=zh",
        "/api/v1/orders/%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%",
    ),
    "fullurl": lambda d: d.one_of(
        "https://api.example.com/v1/charges/ch_######", "http://10.0.#.#:8080/hook?id=##"
    ),
    "b64s": lambda d: "".join(d.chance.choice("ABCDefgh0123xyz_-") for _ in range(22)),
    "jwt": lambda d: ".".join(
        "eyJ" + "".join(d.chance.choice("ABCDefgh0123xyz_-") for _ in range(n))
        for n in (20, 40, 33)
    ),
    "numlist": _several(6, lambda d: d.of("1##"), ", "),
    "podlist": _several(3, lambda d: d.value("pod"), ", "),
    "sglist": _several(3, lambda d: d.of("sg-%%%%%%%%%%%%"), " "),
    "taglist": _several(3, lambda d: d.one_of("env:prod", "az:cn-#", "host:web-##"), ","),
    "partlist": lambda d: f"[{_several(5, lambda d: d.value('svc') + d.of('-#'), ', ')(d)}]",
    "maillist": _several(3, lambda d: d.of("user##@example.com"), '","'),
    "jsonlist": _several(3, lambda d: d.one_of('"vip"', '"new"', '"t##"'), ","),
    "json": _json,
    "device2": lambda d: d.one_of("sensor-%%%%", "dev_00##", "GW%%%%%%", "meter.##.#"),
    "geo": lambda d: d.of("1##.######"),
    "neg": lambda d: d.of("-##"),
    "h8up": lambda d: d.of("26%%%%%%").upper(),
    "hexbytes": _several(9, lambda d: d.of("%%").upper(), " "),
    "ymd": lambda d: d.of("2026.0#.1#"),
    "quotedpath": lambda d: d.of('"/var/cache/nginx/%/%%/%%%%%%%%%%%%%%%%"'),
}

"""Values of the formats in ``unseen``: what servers of many makers write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.log_formats.formats import Drawing

WORDS: Mapping[str, Sequence[str]] = {
    name: words.split("|")
    for name, words in {
        "rpcm": "Write|Scan|Ping|GetTabletLocations|AlterTable",
        "rcmd": "subscribe|psubscribe|monitor|get|xread",
        "paytype": "PaymentCaptured|PaymentRefused|PaymentRefunded|ChargebackOpened",
        "profile": "prod|staging|local",
        "meth": "PUT|DELETE|PATCH",
        "winuser": "Administrator|svc_backup|j.smith|guest|l.wang",
        "windom": "CORP|WORKGROUP|EMEA",
        "winsvc": (
            "Windows Update|Print Spooler|Background Intelligent Transfer Service|Software"
            " Protection|SQL Server (MSSQLSERVER)|WinHTTP Web Proxy Auto-Discovery Service"
        ),
        "exe": "w3wp.exe|explorer.exe|OUTLOOK.EXE|chrome.exe",
        "pool": "www|shop|api",
        "phpm": "getId|toArray|format|save",
        "phpc": "Order|App\\Entity\\User|Cart_Item",
        "key": "user|email|price|lang|token",
        "zhstep": "利息计提|账户对账|报表生成|数据归档|手续费结算",
        "zhdept": "营业部|会计部|朝阳支行|科技园支行",
        "sp": "G1CollectForAllocation|Cleanup|RevokeBias|ICBufferFull",
        "unit": (
            "nginx.service|docker.service|backup@daily.service|user@1000.service|var-lib.mount"
            "|apt-daily.timer|redis-server.service"
        ),
        "unitd": (
            "Daily apt download activities|The nginx HTTP Server|Docker Application Container"
            " Engine|Cleanup of Temporary Directories|OpenBSD Secure Shell server|Rotate log files"
            "|Network Time Synchronization"
        ),
        "target": "Timers|Multi-User System|Network is Online|Paths|Basic System",
        "vol": "config|tls-certs|shop-settings|kube-api-access",
        "topic": "orders.created|orders.paid|user.signup|stock.moved",
        "tenant": "acme|globex|initech|umbrella|hooli",
        "jobname": "shop-build|nightly/e2e|deploy-prod|lib_core",
        "periodic": (
            "Workspace clean-up|Fingerprint cleanup|Periodic background build discarder"
            "|Download metadata|telemetry collection"
        ),
        "branch": "main|develop|feature/pay-v2|release-1.4",
    }.items()
}
"""As in `formats`."""

KINDS: Mapping[str, Callable[[Drawing], str]] = {
    "gl": lambda d: d.of("032# 1#:2#:3#.###### ####"),
    "rd": lambda d: d.of("1# Mar 2026 1#:2#:3#.###"),
    "ts": lambda d: d.of("2026-03-1# 1#:2#:3#.###"),
    "pd": lambda d: d.of("1#-Mar-2026 1#:2#:3#"),
    "jt": lambda d: d.of("2026-03-1# 1#:2#:3#.###"),
    "h32": lambda d: d.of("%" * 32),
    "h40": lambda d: d.of("%" * 40),
    "lsn": lambda d: d.of("#/%%000000").upper(),
    "sku": lambda d: d.one_of("SKU-####", "A##-RED-XL", "BX##"),
    "winhost": lambda d: d.one_of("SRV-DC0#", "DESKTOP-%%%%%%%", "WEB##").upper(),
    "php": lambda d: d.one_of(
        "/var/www/shop/src/Cart.php",
        "/var/www/shop/vendor/laravel/framework/src/Foo##.php",
        "/srv/app/index.php",
    ),
    "batch": lambda d: d.one_of("EOD2026031###", "B2026##"),
    "file": lambda d: d.one_of("TXN_2026031#.dat", "ACCT_202603##.txt.gz"),
    "yyyymmdd": lambda d: d.of("2026031#"),
    "merchant": lambda d: d.of("M########"),
    "up": lambda d: d.of("1##.###"),
    "agent": lambda d: d.one_of("linux-agent-#", "mac-mini-##", "k8s-%%%%%-%%%%%"),
}

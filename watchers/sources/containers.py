"""What the paths of container logs say: container, pod, namespace, image."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

FILES = {
    "docker": "/var/lib/docker/containers/*/*-json.log",
    "kubernetes": "/var/log/pods/*/*/*.log",
}
_POD_FOLDER = re.compile(r"([^/_]+)_([^/_]+)_[^/_]+/([^/]+)/[^/]+$")
"""``NAMESPACE_POD_UID/CONTAINER/0.log``, as the kubelet names them."""
_POD_LINK = re.compile(r"/([^/_]+)_([^/_]+)_([^/]+)-[0-9a-f]{64}\.log$")
"""``POD_NAMESPACE_CONTAINER-ID.log`` in /var/log/containers."""
_DOCKER = re.compile(r"/([0-9a-f]{12})[0-9a-f]{52}/[0-9a-f]{64}-json\.log")
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
"""What Kubernetes draws suffixes from, so that they spell no words."""
_SUFFIXES = (
    re.compile(rf"-{_SAFE}{{6,10}}-{_SAFE}{{5}}$"),  # of a deployment
    re.compile(rf"-\d{{8,10}}-{_SAFE}{{5}}$"),  # of a cron job
    re.compile(rf"-{_SAFE}{{5}}$"),  # of a daemon set or job
    re.compile(r"-\d{1,4}$"),  # of a stateful set
)
_COMPOSE = "com.docker.compose.service"
_MOST_CONFIG_BYTES = 1 << 20


def labels_of_container(path: str) -> Mapping[str, str]:
    """Labels of a container's log, among them its service; none for any other path."""
    found = _POD_FOLDER.search(path)
    if found is not None:
        return _in_a_pod(namespace=found[1], pod=found[2], container=found[3])
    found = _POD_LINK.search(path)
    if found is not None:
        return _in_a_pod(namespace=found[2], pod=found[1], container=found[3])
    found = _DOCKER.search(path)
    return _of_docker(Path(path).parent / "config.v2.json", found[1]) if found else {}


def workload_of(pod: str) -> str:
    """What a pod is one of: ``pay-7d9f8b6c5-x2x9k`` and ``pay-0`` are of ``pay``."""
    for suffix in _SUFFIXES:
        if (shorter := suffix.sub("", pod)) != pod:
            return shorter
    return pod


def _in_a_pod(*, namespace: str, pod: str, container: str) -> Mapping[str, str]:
    return {
        "service": workload_of(pod),
        "namespace": namespace,
        "pod": pod,
        "container": container,
    }


def _of_docker(config: Path, short_id: str) -> Mapping[str, str]:
    """From what Docker keeps beside the log; a new container may not have it yet."""
    try:
        with config.open("rb") as file:
            said = json.loads(file.read(_MOST_CONFIG_BYTES))
        name = str(said["Name"]).lstrip("/") or short_id
        inside = said.get("Config") or {}
        service = str((inside.get("Labels") or {}).get(_COMPOSE) or name)
        image = str(inside.get("Image") or "")
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {"service": short_id, "container": short_id}
    labels = {"service": service, "container": name}
    return {**labels, "image": image} if image else labels

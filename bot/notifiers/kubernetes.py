"""Scales or restarts a Kubernetes deployment, over the API's own HTTPS.

Two calls do not need the official client, which would bring a dozen packages. Asked as in
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/; the account
needs ``get`` and ``patch`` of ``deployments/scale``, and ``patch`` of ``deployments`` to restart.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.errand import ErrandRun
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.delivery.posting import send
from bot.engine.occasions import assignment
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.templating.context import context_of
from bot.feishu.templating.sandbox import TemplateFault, render
from bot.feishu.templating.templates import values
from bot.notifiers.base import KubernetesSettings

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_MERGE = "application/merge-patch+json"
_STRATEGIC = "application/strategic-merge-patch+json"
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


class Kubernetes:
    """Scales and restarts deployments; what is tried again asks for the same as before."""

    def __init__(
        self,
        settings: tuple[KubernetesSettings, ...],
        views: Views,
        zone: ZoneInfo,
        begin: Callable[[ErrandRun], bool],
        place: Callable[[str], Path],
    ) -> None:
        """`begin` notes that it is under way; `place` is where a file of the configuration is."""
        self._settings = {one.name: one for one in settings}
        self._views = views
        self._zone = zone
        self._begin = begin
        self._place = place

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Scale or restart; None if it is not to be done any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        if known is None:
            detail = f"no [[kubernetes]] {owed.target.address} is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = assignment(owed, self._views, now)
        if found is None or found.run is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        context = values(context_of(found, reader, tame=False))
        namespace = _name(known.namespace, context)
        deployment = _name(known.deployment, context)
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{deployment}"
        if known.do == "restart":
            return self._restart(known, path, found.run)
        return self._scale(known, path, found.run)

    def _restart(self, known: KubernetesSettings, path: str, run: ErrandRun) -> Receipt | None:
        if not known.dry_run and not self._begin(run):
            return None
        marks = {_RESTARTED: run.at.isoformat(timespec="seconds")}
        change = {"spec": {"template": {"metadata": {"annotations": marks}}}}
        self._ask(known, "PATCH", path, change, _STRATEGIC)
        return Receipt(outcome=_said(known, f"restarted {path.rpartition('/')[2]}"))

    def _scale(self, known: KubernetesSettings, path: str, run: ErrandRun) -> Receipt | None:
        now_are = _replicas(self._ask(known, "GET", f"{path}/scale", None, _MERGE))
        wanted = _wanted(known, now_are)
        if run.outcome.isdigit():  # a try before this one decided it
            wanted = int(run.outcome)
        if not known.dry_run and not self._begin(replace(run, outcome=str(wanted))):
            return None
        change = {"spec": {"replicas": wanted}}
        self._ask(known, "PATCH", f"{path}/scale", change, _MERGE)
        deployment = path.rpartition("/")[2]
        return Receipt(outcome=_said(known, f"scaled {deployment} from {now_are} to {wanted}"))

    def _ask(
        self, known: KubernetesSettings, method: str, path: str, change: object, kind: str
    ) -> Any:
        address = known.url.rstrip("/") or _cluster()
        token = self._place(known.token_file) if known.token_file else ACCOUNT / "token"
        certificates = self._place(known.ca_file) if known.ca_file else ACCOUNT / "ca.crt"
        try:
            secret = token.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            detail = f"no token of an account can be read from {token}"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
        # The API checks everything and changes nothing.
        dry = "?dryRun=All" if known.dry_run and method != "GET" else ""
        answer = send(
            method,
            f"{address}{path}{dry}",
            b"" if change is None else json.dumps(change).encode(),
            {
                "Authorization": f"Bearer {secret}",
                "Content-Type": kind,
                "Accept": "application/json",
            },
            known.timeout_s,
            "the Kubernetes API",
            verify=str(certificates) if known.ca_file or not known.url else True,
        )
        try:
            return json.loads(answer.text)
        except ValueError as error:
            detail = "the Kubernetes API's answer is no JSON"
            raise DeliveryError(Fault.PASSING, detail=detail) from error


def _cluster() -> str:
    host = os.environ.get("KUBERNETES_SERVICE_HOST", "")
    if not host:
        detail = "no url is configured, and this does not run in a cluster"
        raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
    shown = f"[{host}]" if ":" in host else host
    return f"https://{shown}:{os.environ.get('KUBERNETES_SERVICE_PORT', '443')}"


def _name(template: str, context: dict[str, Any]) -> str:
    try:
        name = render(template, context)
    except TemplateFault as error:
        raise DeliveryError(Fault.MISCONFIGURED, detail=str(error)) from error
    if not _NAME.fullmatch(name):
        detail = f"{name[:100]!r} is no name of a namespace or a deployment"
        raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
    return name


def _replicas(scale: Any) -> int:
    try:
        return int(scale["spec"].get("replicas", 0))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        detail = "the Kubernetes API names no replicas"
        raise DeliveryError(Fault.PASSING, detail=detail) from error


def _wanted(known: KubernetesSettings, now_are: int) -> int:
    relative = known.replicas.startswith(("+", "-"))
    wanted = now_are + int(known.replicas) if relative else int(known.replicas)
    return max(known.least, min(known.most, wanted))


def _said(known: KubernetesSettings, done: str) -> str:
    return f"dry run: the API would have {done}" if known.dry_run else done

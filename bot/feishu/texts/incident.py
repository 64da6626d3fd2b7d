"""What the card of an incident says; a section with both its languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTexts:
    """How an incident grew.

    Attributes:
        began: Service and time.
        joined: Service, time and reason.
        reasons: By the reason's name; the newest first service has none.
        kinds: How many kinds of lines it has.
        services: How many services it has, when they are not all named.
        title: Before what follows.
    """

    title: str
    began: Callable[[str, str], str]
    joined: Callable[[str, str, str], str]
    reasons: Mapping[str, str]
    kinds: Callable[[str], str]
    services: Callable[[str], str]


INCIDENT_EN = IncidentTexts(
    title="How it grew",
    began=lambda service, at: f"{service} {at}",
    joined=lambda service, at, why: f"→ {service} {at} ({why})" if why else f"→ {service} {at}",
    reasons={
        "same_lines": "the same errors",
        "names": "names a service that fails",
        "named": "is named by one that fails",
    },
    kinds=lambda count: f"{count} kinds of errors",
    services=lambda count: f"{count} services in all",
)
INCIDENT_ZH = IncidentTexts(
    title="扩散过程",
    began=lambda service, at: f"{service} {at}",
    joined=lambda service, at, why: f"→ {service} {at}({why})" if why else f"→ {service} {at}",
    reasons={
        "same_lines": "出现相同错误",
        "names": "提到故障中的服务",
        "named": "被故障中的服务提到",
    },
    kinds=lambda count: f"{count} 种错误",
    services=lambda count: f"共 {count} 个服务",
)

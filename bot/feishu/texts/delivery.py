"""What is said about delivery itself: what is withheld, and why."""

from collections.abc import Callable
from dataclasses import dataclass

One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTexts:
    """Words about delivery itself."""

    withheld: One
    look_there: One
    answer_withheld: str


DELIVERY_EN = DeliveryTexts(
    withheld=lambda command: (
        f"The platform refused what this alert says, so it is withheld; see {command}."
    ),
    look_there=lambda place: f"On the host: {place}",
    answer_withheld="The platform refused the content of the answer; ask otherwise, "
    "or look on the host",
)
DELIVERY_ZH = DeliveryTexts(
    withheld=lambda command: f"平台拒绝了这条告警的内容，已不显示；详情请发送 {command}。",
    look_there=lambda place: f"主机上的位置：{place}",
    answer_withheld="平台拒绝了回复的内容，请换个问法，或到主机上查看",
)

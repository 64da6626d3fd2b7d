"""What the cards of the set-up say; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupTexts:
    """The first card, whose button shows that clicks come back."""

    hello: str
    proves: str
    try_it: str
    works: str
    came_after: Callable[[str], str]
    came: str
    next_run: str
    next_group: str
    toast: str
    being_set_up: str


SETUP_EN = SetupTexts(
    hello="👋 Larkwatch is connected",
    proves="That you see this card means I can write to you. Press the button: it shows that your "
    "clicks reach me, too.",
    try_it="Try it",
    works="✅ The round trip works",
    came_after=lambda span: f"Your click reached me after {span}.",
    came="Your click reached me.",
    next_run="Next: start me with larkwatch run, as the terminal says.",
    next_group="Add me to a group and say @Larkwatch /subscribe there: it is told of alerts.",
    toast="It works",
    being_set_up="Larkwatch is being set up; try again in a minute.",
)
SETUP_ZH = SetupTexts(
    hello="👋 Larkwatch 已连接",
    proves="能看到这张卡片，说明我可以给你发消息。点一下按钮，确认你的点击也能传到我这里。",
    try_it="点我试试",
    works="✅ 双向通信正常",
    came_after=lambda span: f"你的点击在 {span} 后到达。",
    came="你的点击已到达。",
    next_run="接下来按终端里的提示运行 larkwatch run。",
    next_group="把我拉进群，在群里说 @Larkwatch /subscribe，就能收到告警。",
    toast="一切正常",
    being_set_up="Larkwatch 正在初始化，请一分钟后再试。",
)

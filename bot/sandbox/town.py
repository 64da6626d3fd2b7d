"""The town a visitor finds: four people and a guest of another tenant, three groups, one bot."""

from bot.sandbox.state import Chat, State
from bot.sandbox.wire import stable_id

OWNER = "林晓"
FIRST_GROUP = "生产告警群"
SECOND_GROUP = "研发值班群"
GROUP_WITHOUT_BOT = "数据平台群"
GUEST = "Dana (客户)"
_PEOPLE = (
    (OWNER, "#3370ff", "linxiao@example.com", "+8613800000001"),
    ("王磊", "#f54a45", "wanglei@example.com", "+8613800000002"),
    ("Alice Chen", "#14c0a0", "alice@example.com", "+8613800000003"),
    ("陈默", "#ff8800", "chenmo@example.com", "+8613800000004"),
)


def found(state: State) -> None:
    """Fill an empty state; all ids come from the names."""
    people = {
        name: state.add_user(name, color, email=email, mobile=mobile).open_id
        for name, color, email, mobile in _PEOPLE
    }
    state.add_user(GUEST, "#7f3bf5", external=True)  # in no group until somebody adds her
    for name, managers, bot_in in (
        (FIRST_GROUP, (people["王磊"],), True),
        (SECOND_GROUP, (), True),
        (GROUP_WITHOUT_BOT, (), False),
    ):
        state.put_chat(
            Chat(
                chat_id=stable_id("oc_", name),
                name=name,
                members=tuple(people.values()),
                created_at=state.now_ms(),
                owner_id=people[OWNER],
                managers=managers,
                bot_in=bot_in,
            )
        )

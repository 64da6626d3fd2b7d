"""The town a visitor finds: four people, three groups, one bot."""

from bot.sandbox.state import Chat, State
from bot.sandbox.wire import stable_id

OWNER = "林晓"
FIRST_GROUP = "生产告警群"
SECOND_GROUP = "研发值班群"
GROUP_WITHOUT_BOT = "数据平台群"
_PEOPLE = ((OWNER, "#3370ff"), ("王磊", "#f54a45"), ("Alice Chen", "#14c0a0"), ("陈默", "#ff8800"))


def found(state: State) -> None:
    """Fill an empty state; all ids come from the names."""
    people = {name: state.add_user(name, color).open_id for name, color in _PEOPLE}
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

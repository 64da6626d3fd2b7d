"""The town a visitor finds: four people and a guest of another tenant, three groups, one bot."""

from bot.sandbox.seed import Group, Person, Seed
from bot.sandbox.state import Chat, State
from bot.sandbox.wire import stable_id

OWNER = "林晓"
FIRST_GROUP = "生产告警群"
SECOND_GROUP = "研发值班群"
GROUP_WITHOUT_BOT = "数据平台群"
GUEST = "Dana (客户)"
_HOME = (OWNER, "王磊", "Alice Chen", "陈默")
_COLOURS = ("#2b63e6", "#d83931", "#0b7f70", "#b85300", "#7f3bf5", "#8a6100")
DEFAULT = Seed(
    people=(
        Person(name=OWNER, email="linxiao@example.com", mobile="+8613800000001"),
        Person(name="王磊", email="wanglei@example.com", mobile="+8613800000002"),
        Person(name="Alice Chen", email="alice@example.com", mobile="+8613800000003"),
        Person(name="陈默", email="chenmo@example.com", mobile="+8613800000004"),
        Person(name=GUEST, external=True),  # in no group until somebody adds her
    ),
    groups=(
        Group(name=FIRST_GROUP, owner=OWNER, managers=("王磊",), members=_HOME),
        Group(name=SECOND_GROUP, owner=OWNER, members=_HOME),
        Group(name=GROUP_WITHOUT_BOT, owner=OWNER, members=_HOME, bot=False),
    ),
)


def found(state: State, seed: Seed) -> None:
    """Fill an empty state; all ids come from the names."""
    people = {
        person.name: state.add_user(
            person.name,
            _COLOURS[number % len(_COLOURS)],
            external=person.external,
            email=person.email,
            mobile=person.mobile,
        ).open_id
        for number, person in enumerate(seed.people)
    }
    for group in seed.groups:
        state.put_chat(
            Chat(
                chat_id=stable_id("oc_", group.name),
                name=group.name,
                members=tuple(people[name] for name in group.members),
                created_at=state.now_ms(),
                owner_id=people[group.owner],
                managers=tuple(people[name] for name in group.managers),
                bot_in=group.bot,
            )
        )

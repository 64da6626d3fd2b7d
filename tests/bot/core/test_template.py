"""Which template is for which message."""

import pytest

from bot.core.template import Format, Template


@pytest.mark.parametrize(
    ("to", "rules", "receiver", "rule", "takes"),
    [
        ((), (), "wecom:ops", "error", True),
        ((), (), "chat:oc_1", "error", False),
        (("chat",), (), "chat:oc_1", "error", True),
        (("chat:oc_2",), (), "chat:oc_1", "error", False),
        (("email", "wecom:ops"), (), "wecom:ops", "error", True),
        (("email",), (), "wecom:ops", "error", False),
        ((), ("pay*", "error"), "email:ops", "payment", True),
        ((), ("pay*",), "email:ops", "error", False),
    ],
)
def test_a_template_is_for_receivers_and_rules(
    to: tuple[str, ...], rules: tuple[str, ...], receiver: str, rule: str, takes: bool
) -> None:
    one = Template(name="t", format=Format.TEXT, source="x", to=to, rules=rules)
    assert one.takes(receiver, rule, Format.TEXT) is takes
    assert not one.takes(receiver, rule, Format.CARD)

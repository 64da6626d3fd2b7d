"""What Feishu's codes mean for the sender."""

import pytest

from bot.core.errors import Fault
from bot.feishu.errors import connection_remedy, meaning

CARD = "Failed to create card content, ext=ErrCode: {}; ErrPath: ROOT; ErrMsg: {}; ErrorValue: ; "


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ((99991400, 230020, 11232), Fault.THROTTLED),
        ((99991661, 99991663, 99991664, 99991665, 99991671), Fault.TOKEN),
        ((99991672, 99991401, 99991403, 230006, 232025, 99991543), Fault.APP_REFUSED),
        ((230027,), Fault.MISCONFIGURED),
        ((230071, 230072), Fault.NO_REPLY),
        ((230001, 230022, 230025, 230028, 200830), Fault.REJECTED),
        ((230011, 230110, 230031, 99992354), Fault.MESSAGE_LOST),
        ((230002, 230013, 230018, 230034, 230035, 230053, 230075), Fault.TARGET_LOST),
        ((232009, 232006, 232011, 99992351, 99992356, 99992361), Fault.TARGET_LOST),
        ((230049,), Fault.PASSING),
    ],
)
def test_every_documented_code_has_its_fault(codes: tuple[int, ...], fault: Fault) -> None:
    assert {meaning(code).fault for code in codes} == {fault}
    assert all(meaning(code).remedy.endswith(".") for code in codes)


def test_a_card_that_is_being_clicked_is_tried_again_at_once() -> None:
    found = meaning(230099, CARD.format(11310, "card action is lock"), 400)
    assert found.fault is Fault.PASSING
    assert found.retry_after is not None


@pytest.mark.parametrize(
    "message",
    [
        CARD.format(11310, "element exceeds the limit"),
        CARD.format(11310, "card table number over limit"),
        CARD.format(200861, "unsupported tag"),
        CARD.format(999, "a new one"),
        "no code at all, card action is lock",
        "",
    ],
)
def test_a_card_that_cannot_be_drawn_is_rejected(message: str) -> None:
    assert meaning(230099, message, 400).fault is Fault.REJECTED


def test_an_unknown_code_is_judged_by_its_http_status() -> None:
    assert meaning(424242, "", 400).fault is Fault.REJECTED
    assert meaning(424242, "", 429).fault is Fault.THROTTLED
    assert meaning(424242, "", 503).fault is Fault.PASSING


def test_a_refused_connection_says_what_to_do() -> None:
    assert "secret" in connection_remedy(514, "auth failed")
    assert "50" in connection_remedy(1000040350, "too many")
    assert "7 odd" in connection_remedy(7, "odd")

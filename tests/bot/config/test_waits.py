from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.config.schema import AlertsSection
from bot.engine.terms import ACK_TIMEOUT
from watchers.delay import parse_delay
from watchers.finding import Severity

HOUR = timedelta(hours=1)


def section(**keys: object) -> AlertsSection:
    return AlertsSection.model_validate(keys)


def test_an_acknowledgement_ends_after_one_span_or_one_for_each_severity() -> None:
    assert section().ack_timeout == ACK_TIMEOUT
    assert section(ack_timeout="1h").ack_timeout == dict.fromkeys(Severity, HOUR)
    assert section(ack_timeout="never").ack_timeout == {}
    some = section(ack_timeout={"critical": "1h", "low": "never"})
    assert some.ack_timeout == {Severity.CRITICAL: HOUR}


@pytest.mark.parametrize("wrong", ["soon", 5, {"awful": "1h"}, {"critical": 5}, {"high": "0s"}])
def test_what_is_no_span_is_said_to_be_none(wrong: object) -> None:
    with pytest.raises(ValidationError, match="one for each severity"):
        section(ack_timeout=wrong)


def test_waits_are_written_as_in_a_rule() -> None:
    assert section(delay="up 10s x3").delay == parse_delay("x3 up 10s")
    for wrong in ("sideways", 5):
        with pytest.raises(ValidationError, match="waits"):
            section(delay=wrong)

"""Schemathesis holds the API to its document."""

import functools
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from bot.core.subscription import Wish
from bot.web.api.document import document
from bot.web.api.table import OPERATIONS
from tests.bot.web.api.conftest import Api
from tests.builders import LIN, NOW, chat, finding, matchers, report, sample

EXAMPLES = 4
READ_WORDS = {
    *("listAlerts", "listEvents", "listMutes", "listRules", "listSubscriptions", "listHosts"),
    *("listSeries", "getPoints", "createMute", "previewMute", "extendMute", "pauseRule"),
    *("createSubscription", "changeSubscription", "setInterval", "acknowledgeAlert", "muteAlert"),
}
"""Cursors, spans and conditions are strings to the document; not every string is one."""


@functools.cache
def described() -> Any:
    return schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_every_answer_is_one_that_the_document_says(api: Api, name: str) -> None:
    api.engine.report(report(finding("f1", samples=(sample(),))), NOW)
    api.engine.mute(matchers("service=order"), NOW.replace(year=2030), LIN, NOW)
    api.engine.subscribe(chat(), Wish(), LIN, NOW)
    schema = described()
    schema.app = api.web
    operation = schema.find_operation_by_id(name)
    guarded = next(one.guarded for one in OPERATIONS if one.name == name)
    lenient = [positive_data_acceptance] if guarded or name in READ_WORDS else []

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def hold(case: Case) -> None:
            shown = {"Authorization": f"Bearer {api.token}"}
            case.call_and_validate(headers=shown, excluded_checks=lenient)

        hold()

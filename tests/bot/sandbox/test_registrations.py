"""App registration: a code, a person, the credentials."""

import base64
import gzip
import json
from typing import Any

import requests

from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.tokens import Tokens


def ask(town: Sandbox, **form: str) -> Any:
    return requests.post(f"{town.address}/oauth/v1/app/registration", data=form, timeout=5).json()


def begin(town: Sandbox) -> Any:
    return ask(town, action="begin", archetype="PersonalAgent", auth_method="client_secret")


def decide(town: Sandbox, user_code: str, verdict: str, **body: Any) -> requests.Response:
    url = f"{town.address}/sandbox/registrations/{user_code}/{verdict}"
    return requests.post(url, json=body, timeout=5)


def packed(addons: object) -> str:
    plain = gzip.compress(json.dumps(addons).encode(), mtime=0)
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def test_a_person_approves_and_the_device_gets_the_credentials(
    town: Sandbox, owner: str, clock: Any
) -> None:
    assert "client_secret" in ask(town, action="init")["supported_auth_methods"]
    begun = begin(town)
    assert (begun["interval"], begun["expires_in"]) == (5, 600)
    assert begun["verification_uri_complete"].startswith(town.address)
    code, device = begun["user_code"], begun["device_code"]
    assert ask(town, action="poll", device_code=device)["error"] == "authorization_pending"
    assert ask(town, action="poll", device_code=device)["error"] == "slow_down"
    shown = requests.get(f"{town.address}/sandbox/registrations", timeout=5).json()
    assert shown == {"registrations": [{"user_code": code}]}
    assert decide(town, code, "approve", **{"as": owner}).status_code == 200
    clock.move(5)
    done = ask(town, action="poll", device_code=device)
    assert (done["client_id"], done["client_secret"]) == (
        town.settings.app_id,
        town.settings.app_secret,
    )
    assert done["user_info"] == {"open_id": owner, "tenant_brand": "feishu"}
    assert ask(town, action="poll", device_code=device)["error"] == "invalid_grant"
    assert Tokens(done["client_id"], done["client_secret"], clock).issue()


def test_a_refusal_and_the_end_of_time_are_told(town: Sandbox, owner: str, clock: Any) -> None:
    refused, late = begin(town), begin(town)
    decide(town, refused["user_code"], "deny", **{"as": owner})
    assert ask(town, action="poll", device_code=refused["device_code"])["error"] == "access_denied"
    clock.move(600)
    assert ask(town, action="poll", device_code=late["device_code"])["error"] == "expired_token"
    assert decide(town, late["user_code"], "approve", **{"as": owner}).status_code == 404


def test_addons_become_the_configuration(town: Sandbox, owner: str) -> None:
    addons = {
        "preset": False,
        "scopes": {"tenant": ["im:message:send_as_bot"]},
        "events": {"items": {"tenant": ["im.message.receive_v1"]}},
        "callbacks": {"items": ["card.action.trigger"]},
    }
    body = {"as": owner, "addons": packed(addons)}
    assert decide(town, begin(town)["user_code"], "approve", **body).status_code == 200
    live = town.application.live
    assert live.scopes == {"im:message:send_as_bot"}
    assert live.events == {"im.message.receive_v1"}


def test_addons_that_cannot_be_read_register_nothing(town: Sandbox, owner: str) -> None:
    code = begin(town)["user_code"]
    for wrong in (
        "!",
        "abc",
        packed([]),
        packed({"scopes": []}),
        packed({"scopes": {"tenant": 1}}),
    ):
        reply = decide(town, code, "approve", **{"as": owner, "addons": wrong})
        assert reply.status_code == 400, wrong
        assert reply.json()["error"]
    assert town.application.versions == []


def test_whoever_approves_a_new_app_owns_it_and_an_old_one_must_be_there(
    town: Sandbox, owner: str
) -> None:
    wang = next(one for one in town.state.users if one != owner)
    app_id = town.settings.app_id
    body = {"as": wang, "client_id": app_id}
    assert decide(town, begin(town)["user_code"], "approve", **body).status_code == 200
    assert town.application.owner_id == owner
    assert decide(town, begin(town)["user_code"], "approve", **{"as": wang}).status_code == 200
    assert town.application.owner_id == wang
    stranger = {"as": wang, "client_id": "cli_0"}
    assert decide(town, begin(town)["user_code"], "approve", **stranger).status_code == 404


def test_a_company_of_lark_is_sent_to_lark_first(owner: str, clock: Any) -> None:
    town = Sandbox(Settings(brand="lark"), clock)
    town.start()
    try:
        begun = begin(town)
        decide(town, begun["user_code"], "approve", **{"as": owner})
        first = ask(town, action="poll", device_code=begun["device_code"])
        assert first["user_info"] == {"tenant_brand": "lark"}
        assert "client_id" not in first
        then = ask(town, action="poll", device_code=begun["device_code"])
        assert then["user_info"] == {"open_id": owner, "tenant_brand": "lark"}
        assert then["client_id"] == town.settings.app_id
    finally:
        town.stop()


def test_what_is_no_action_is_an_error(town: Sandbox) -> None:
    assert ask(town, action="dance")["error"] == "invalid_request"
    assert ask(town, action="begin", auth_method="magic")["error"] == "invalid_request"

"""What a severity asks for: the e-mail goes out at once, the command waits for a click."""

import json
import sys
from collections.abc import Callable

from town import LIN, OPS, WANG, Town, until

from bot.sandbox.wire import stable_id

SAYS = "import sys; print('restarted', sys.argv[1])"
ADMIN = stable_id("ou_", LIN)


def test_a_command_waits_for_the_right_person_and_its_end_stands_on_the_card(
    make_town: Callable[..., Town],
) -> None:
    extra = f"""
[actions]
major = ["record", "command:restart"]

[[command]]
name = "restart"
about = "restarts pay"
argv = ["{sys.executable}", "-c", "{SAYS}", "{{{{ service }}}}"]
dry_run = false
"""
    town = make_town(extra=extra)
    text = town.file.read_text().replace("[feishu]", f'[feishu]\nadmins = ["{ADMIN}"]')
    town.file.write_text(text)
    town.run()
    chat = town.chat(OPS)
    chat.ask("/subscribe level>=high")
    town.log("ERROR pay: card declined by issuer")
    card = chat.expect_card("card declined").shows("等待批准：command:restart restarts pay")
    refused = card.press("批准", by=WANG)
    assert "运维管理员" in json.dumps(refused, ensure_ascii=False)
    told = card.press("批准", by=LIN)
    assert f"{LIN} 批准了 command:restart" in json.dumps(told, ensure_ascii=False)
    card.shows("已执行：command:restart exit 0 restarted pay")
    assert "批准" not in card.buttons
    assert "按级别的动作" in chat.ask("/why 1").text
    record = town.folder / "larkwatch-record.jsonl"
    until(lambda: record.exists() and "alert.firing" in record.read_text(), "the record")

"""NoneBot with its adapter for Feishu: tells what its models took, and answers texts."""

import json
import os
import signal
import sys
import threading

import nonebot
from nonebot.adapters.feishu import Adapter, Bot, Event, MessageEvent
from nonebot.log import logger

CARD = {
    "schema": "2.0",
    "config": {"update_multi": True},
    "body": {"elements": [{"tag": "button", "text": {"tag": "plain_text", "content": "认领"}}]},
}


def tell(**value: object) -> None:
    """One JSON value a line."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False)}\n")
    sys.stdout.flush()


def stop_when_the_test_is_over() -> None:
    """The test closes stdin when it has seen enough."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


logger.remove()
logger.add(sys.stderr, level="WARNING")
nonebot.init(
    driver="~fastapi+~httpx+~websockets",
    host="127.0.0.1",
    port=int(os.environ["PORT"]),
    feishu_bots=[
        {
            "app_id": os.environ["APP_ID"],
            "app_secret": os.environ["APP_SECRET"],
            "encrypt_key": os.environ.get("ENCRYPT_KEY"),
            "verification_token": os.environ["VERIFICATION_TOKEN"],
            "api_base": os.environ["SANDBOX"],
            "protocol": os.environ["PROTOCOL"],
        }
    ],
)
nonebot.get_driver().register_adapter(Adapter)


@nonebot.on_message(priority=1, block=True).handle()
async def answer(bot: Bot, event: MessageEvent) -> None:
    """Answers a text as a message, as a reply and with a card, and edits the reply."""
    quoted = event.reply.body.content if event.reply else None
    tell(
        event=type(event).__name__,
        text=event.get_plaintext(),
        to_me=event.to_me,
        quoted=quoted,
        sender=event.get_all_user_id().model_dump(),
    )
    if quoted:
        return
    sent = await bot.send(event, "收到")
    text = json.dumps({"text": "在看"})
    replied = await bot.reply_msg(event.message_id, text, "text")
    edited = await bot.edit_msg(replied["data"]["message_id"], text, "text")
    group = event.event.message.chat_id
    card = await bot.send_msg("chat_id", group, json.dumps(CARD), "interactive")
    tell(codes=[answer["code"] for answer in (sent, replied, edited, card)])


@nonebot.on(priority=2).handle()
async def see(event: Event) -> None:
    """Tells of everything else."""
    body = event.event if isinstance(event.event, dict) else event.event.model_dump()
    tell(event=type(event).__name__, kind=event.header.event_type, body=body)


@nonebot.get_driver().on_bot_connect
async def ready(bot: Bot) -> None:
    """The credentials were good and the bot knows its name."""
    tell(ready=bot.bot_info.app_name)


threading.Thread(target=stop_when_the_test_is_over, daemon=True).start()
nonebot.run()

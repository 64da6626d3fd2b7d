"""What the people of the town do besides pressing buttons: talk, invite, rename, leave."""

from dataclasses import replace

from bot.sandbox.errors import BadRequestError
from bot.sandbox.events import Events
from bot.sandbox.state import Chat, Mention, Message, State
from bot.sandbox.wire import dumps, new_id


class People:
    """Every deed changes the state, tells the page and sends the bot the events it would get."""

    def __init__(self, state: State, events: Events) -> None:
        self._state = state
        self._events = events

    def post_text(
        self,
        chat_id: str,
        text: str,
        as_: str,
        *,
        mention_bot: bool = True,
        reply_to: str | None = None,
    ) -> Message:
        """Write into a chat; the bot hears it in private, and in a group when it is mentioned."""
        chat = self._member(chat_id, as_)
        if not text.strip():
            raise BadRequestError("text is empty; write something")
        mention_bot = mention_bot and chat.bot_in and chat.peer is None
        content, mentions = self._mentioned(chat, text, mention_bot=mention_bot)
        parent = self._state.message(reply_to) if reply_to else None
        now = self._state.now_ms()
        message = self._state.add_message(
            Message(
                message_id=new_id("om_"),
                chat_id=chat_id,
                sender_id=as_,
                sender_type="user",
                msg_type="text",
                content=dumps({"text": content}),
                created_at=now,
                updated_at=now,
                parent_id=parent.message_id if parent else None,
                root_id=(parent.root_id or parent.message_id) if parent else None,
                thread_id=parent.thread_id if parent else None,
                mentions=mentions,
            )
        )
        self._state.saw(as_)
        self._events.message_received(message)
        return message

    def recall(self, message_id: str, as_: str | None = None) -> Message:
        """Take a message back: its sender does it, who is meant if nobody is named, or a leader."""
        message = self._state.message(message_id)
        chat = self._state.chat(message.chat_id)
        by = as_ or message.sender_id
        if by == message.sender_id:
            kind = "message_owner"
        elif by == chat.owner_id:
            kind = "group_owner"
        elif by in chat.managers:
            kind = "group_manager"
        else:
            name = self._state.name_of(by)
            raise BadRequestError(f"{name} neither sent {message_id} nor leads {chat.name}")
        message = self._state.change_message(message_id, deleted=True)
        if chat.bot_in:
            self._events.message_recalled(message, kind)
        return message

    def react(self, message_id: str, emoji: str, as_: str) -> None:
        """Put an emoji on a message, or take it away again."""
        message = self._state.message(message_id)
        chat = self._member(message.chat_id, as_)
        mine = [one for one in message.reactions if one[1:] == (emoji, as_)]
        left = tuple(one for one in message.reactions if one not in mine)
        fresh = left if mine else (*left, (new_id(""), emoji, as_))
        self._state.change_message(message_id, reactions=fresh)
        if chat.bot_in:
            self._events.reaction(message_id, emoji, as_, created=not mine)

    def choose_menu(self, key: str, as_: str) -> None:
        """Choose an entry of the bot's menu, in the private chat with it."""
        if as_ not in self._state.users:
            raise BadRequestError(f"{as_} is nobody here; GET /sandbox/state lists people")
        self._events.menu_chosen(key, as_)

    def add_bot(self, chat_id: str, as_: str) -> Chat:
        """Invite the bot into a group."""
        chat = self._group(chat_id, as_)
        if chat.bot_in:
            return chat
        chat = self._state.change_chat(chat_id, bot_in=True)
        self._say(chat, f"{self._state.name_of(as_)} 邀请机器人 {self._state.app_name} 加入了群聊")
        self._events.bot_added(chat, as_)
        return chat

    def remove_bot(self, chat_id: str, as_: str) -> Chat:
        """Put the bot out of a group."""
        chat = self._group(chat_id, as_)
        if not chat.bot_in:
            return chat
        chat = self._state.change_chat(chat_id, bot_in=False)
        self._say(chat, f"{self._state.name_of(as_)} 将机器人 {self._state.app_name} 移出了群聊")
        self._events.bot_deleted(chat, as_)
        return chat

    def new_group(self, name: str, members: list[str], owner_id: str) -> Chat:
        """Open a group without the bot."""
        if not name.strip():
            raise BadRequestError("name is empty; give the group one")
        everyone = dict.fromkeys([owner_id, *members])
        for open_id in everyone:
            self._state.user(open_id)
        chat = self._state.put_chat(
            Chat(
                chat_id=new_id("oc_"),
                name=name.strip(),
                members=tuple(everyone),
                created_at=self._state.now_ms(),
                owner_id=owner_id,
            )
        )
        self._say(chat, f"{self._state.name_of(owner_id)} 创建了群聊")
        return chat

    def rename(self, chat_id: str, name: str, as_: str) -> Chat:
        """Give a group another name."""
        old = self._group(chat_id, as_)
        if not name.strip():
            raise BadRequestError("name is empty; give the group one")
        new = self._state.put_chat(replace(old, name=name.strip()))
        self._say(new, f"{self._state.name_of(as_)} 将群名称改为「{new.name}」")
        if new.bot_in:
            self._events.renamed(old, new, as_)
        return new

    def set_role(self, chat_id: str, open_id: str, role: str, as_: str) -> Chat:
        """Let the owner of a group name its managers, or hand the group over."""
        old = self._group(chat_id, as_)
        if old.owner_id not in {as_, None}:  # a group that the bot owns is anybody's
            raise BadRequestError("only the owner of the group gives roles")
        if open_id not in old.members:
            raise BadRequestError(f"{self._state.name_of(open_id)} is not in {old.name}")
        if role not in {"owner", "manager", "member"}:
            raise BadRequestError(f"role is {role!r}; wanted owner, manager or member")
        if open_id == old.owner_id:
            raise BadRequestError("the owner stays the owner; make somebody else the owner")
        managers = tuple(one for one in old.managers if one != open_id)
        if role == "manager":
            managers = (*managers, open_id)
        owner = open_id if role == "owner" else old.owner_id
        new = self._state.put_chat(replace(old, managers=managers, owner_id=owner))
        if owner != old.owner_id:
            if new.bot_in:
                self._events.owner_changed(old, new, as_)
            self._say(
                new, f"{self._state.name_of(as_)} 将群主转让给 {self._state.name_of(open_id)}"
            )
        return new

    def dissolve(self, chat_id: str, as_: str | None = None) -> Chat:
        """End a group; its owner does it if nobody is named."""
        chat = self._state.chat(chat_id)
        as_ = as_ or chat.owner_id or next(iter(chat.members), "")
        chat = self._group(chat_id, as_)
        ended = self._state.change_chat(chat_id, dissolved=True)
        if chat.bot_in:
            self._events.disbanded(ended, as_)
        return ended

    def add_member(self, chat_id: str, open_id: str, as_: str) -> Chat:
        """Invite a person, who may be of another tenant: then the group becomes external."""
        chat = self._group(chat_id, as_)
        person = self._state.user(open_id)
        if open_id in chat.members:
            return chat
        new = self._state.change_chat(chat_id, members=(*chat.members, open_id))
        self._say(new, f"{self._state.name_of(as_)} 邀请 {person.name} 加入了群聊")
        return new

    def remove_member(self, chat_id: str, open_id: str, as_: str) -> Chat:
        """Put a person out of a group, or leave it."""
        chat = self._group(chat_id, as_)
        if open_id == chat.owner_id:
            raise BadRequestError("the owner cannot be put out; make somebody else owner first")
        new = self._state.change_chat(
            chat_id,
            members=tuple(one for one in chat.members if one != open_id),
            managers=tuple(one for one in chat.managers if one != open_id),
        )
        self._say(new, f"{self._state.name_of(open_id)} 离开了群聊")
        return new

    def enter_p2p(self, chat_id: str) -> None:
        """Open the private chat with the bot."""
        chat = self._state.chat(chat_id)
        if chat.peer:
            messages = self._state.messages(chat_id)
            self._events.p2p_entered(chat, messages[-1] if messages else None)

    def _mentioned(
        self, chat: Chat, text: str, *, mention_bot: bool
    ) -> tuple[str, tuple[Mention, ...]]:
        mentions: list[Mention] = []

        def add(open_id: str, name: str, *, is_bot: bool) -> str:
            key = f"@_user_{len(mentions) + 1}"
            mentions.append(Mention(key=key, open_id=open_id, name=name, is_bot=is_bot))
            return key

        at_bot = f"@{self._state.app_name}"
        if at_bot in text and chat.bot_in and chat.peer is None:
            key = add(self._state.bot_open_id, self._state.app_name, is_bot=True)
            text = text.replace(at_bot, key)
        elif mention_bot:
            text = f"{add(self._state.bot_open_id, self._state.app_name, is_bot=True)} {text}"
        for open_id in chat.members:
            name = self._state.name_of(open_id)
            if f"@{name}" in text:
                text = text.replace(f"@{name}", add(open_id, name, is_bot=False))
        return text, tuple(mentions)

    def _member(self, chat_id: str, as_: str) -> Chat:
        chat = self._state.chat(chat_id)
        person = self._state.user(as_)
        if chat.dissolved:
            raise BadRequestError(f"the group {chat.name} was dissolved")
        if as_ not in chat.members:
            raise BadRequestError(f"{person.name} is not in {chat.name}")
        return chat

    def _group(self, chat_id: str, as_: str) -> Chat:
        chat = self._member(chat_id, as_)
        if chat.peer:
            raise BadRequestError("this is a private chat; only groups can be changed")
        return chat

    def _say(self, chat: Chat, text: str) -> None:
        self._state.say(chat.chat_id, text)

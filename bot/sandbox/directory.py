"""What the ids in a request mean, and whether the bot may touch what they name."""

from bot.sandbox.errors import ApiError, invalid, missing
from bot.sandbox.state import Chat, Message, State, User

ID_KINDS = ("open_id", "union_id", "user_id")


class Directory:
    """Finds messages, chats and people by id, with the code for each id that is not good."""

    def __init__(self, state: State) -> None:
        self._state = state

    def message(self, message_id: str) -> Message:
        """The message, recalled or not.

        Raises:
            ApiError: 99992354 if there is none; 230110 if it had to make room for newer ones.
        """
        message = self._state.find_message(message_id)
        if message is None and self._state.is_gone(message_id):
            raise ApiError(230110, "The message is already deleted.")
        if message is None:
            text = f"not a valid {{message_id}}, example value: om_…. Invalid ids: [{message_id}]"
            raise ApiError(99992354, f"The request you send is {text}")
        return message

    def own(self, message_id: str, *, not_own: int) -> Message:
        """A message that the bot sent, still stands, and stands where the bot is.

        Raises:
            ApiError: `not_own` if somebody else sent it; 230110 if it is deleted.
        """
        message = self.message(message_id)
        require_member(self._state.chat(message.chat_id))
        if message.sender_id != self._state.bot_open_id:
            raise ApiError(not_own, "The operator is not the sender of the message.")
        if message.deleted:
            raise ApiError(230110, "The message is already deleted.")
        return message

    def chat(self, chat_id: str) -> Chat:
        """The group or private chat.

        Raises:
            ApiError: 99992356 if there is none; 232009 if it was dissolved.
        """
        chat = self._state.find_chat(chat_id)
        if chat is None:
            text = f"not a valid {{chat_id}}. Invalid ids: [{chat_id}]"
            raise ApiError(99992356, f"The request you send is {text}")
        if chat.dissolved:
            raise dissolved()
        return chat

    def receiver(self, kind: str, receive_id: str) -> Chat:
        """The chat that a message to this receive_id goes into.

        Raises:
            ApiError: 230034 or 99992351 if there is none; 230013 for people of other tenants.
        """
        if kind == "chat_id":
            chat = self._state.find_chat(receive_id)
            if chat is None:
                raise ApiError(230034, "The receive_id is invalid. Please check the receive_id.")
            return chat
        if kind not in {*ID_KINDS, "email"}:
            raise missing("receive_id_type")
        user = self.find_person(kind, receive_id)
        if user is None:
            text = f"not a valid {{{kind}}} or not exists. Invalid ids: [{receive_id}]"
            raise ApiError(99992351, f"The request you send is {text}")
        private = self._state.p2p_chat(user.open_id)
        if private is None:
            raise ApiError(230013, "Bot has NO availability to this user.")
        return private

    def find_person(self, kind: str, person_id: str) -> User | None:
        """Who has this open_id, union_id, user_id, email or mobile."""
        if kind == "open_id":
            return self._state.users.get(person_id)
        users = self._state.users.values()
        return next((one for one in users if getattr(one, kind) == person_id), None)

    def id_kind(self, kind: str | None) -> str:
        """The kind of ids that a request asks for; open_id if it does not say.

        Raises:
            ApiError: 230001 for a kind that does not exist.
        """
        if kind and kind not in ID_KINDS:
            raise invalid(f"{kind} is not one of {', '.join(ID_KINDS)}")
        return kind or "open_id"


def require_member(chat: Chat) -> None:
    """Refuse if the bot is not in the chat.

    Raises:
        ApiError: 232009 if the chat was dissolved; 230002 if the bot is out of it.
    """
    if chat.dissolved:
        raise dissolved()
    if not chat.bot_in:
        raise out_of_chat()


def dissolved() -> ApiError:
    """232009."""
    return ApiError(232009, "Your request specifies a chat which has already been dissolved.")


def out_of_chat() -> ApiError:
    """230002."""
    return ApiError(230002, "Bot/User can NOT be out of the chat.")

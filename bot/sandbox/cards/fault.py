"""The refusal of a card, in the words of the platform."""


class CardError(Exception):
    """The first rule a card breaks.

    Attributes:
        code: Feishu's sub-code, e.g. 200861.
        path: Where, e.g. ``ROOT -> body -> elements -> [2](tag: chart)``.
        msg: Which rule.
        value: What was found.
    """

    def __init__(self, code: int, path: str, msg: str, value: str) -> None:
        super().__init__(code, path, msg, value)
        self.code = code
        self.path = path
        self.msg = msg
        self.value = value

    def ext(self) -> str:
        """The text behind ``ext=`` in a 230099."""
        return (
            f"ErrCode: {self.code}; ErrPath: {self.path}; ErrMsg: {self.msg}; "
            f"ErrorValue: {self.value}; "
        )

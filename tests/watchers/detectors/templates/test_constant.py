"""The constant part of one message, by the masks of the templates."""

from watchers.detectors.templates.constant import Constants
from watchers.detectors.templates.miner import TemplateMiner


def test_it_is_what_a_miner_makes_of_the_message_alone() -> None:
    constants, miner = Constants(), TemplateMiner()
    for line in ("job 7be11a90-fccd of 'red shirt' took 12ms", "job aadafdbe is gone", ""):
        assert constants(line) == miner.template(miner.learn(line)).text


def test_it_stays_however_many_names_stand_at_one_place() -> None:
    constants = Constants()
    lines = [f"login of user {name} failed twice" for name in ("ann", "bob", "eve", "joe")]
    assert [constants(line) for line in lines] == lines


def test_only_the_first_line_counts_and_what_must_not_be_kept_is_taken_out() -> None:
    constants = Constants(lambda text: text.replace("hunter", "[secret]"))
    assert constants("login of hunter 4 failed\n at x 5") == "login of [secret] <*> failed"
    assert constants("login of hunter 9 failed\n at y 6") == "login of [secret] <*> failed"


def test_what_is_remembered_is_bounded() -> None:
    constants = Constants()
    for n in range(4000):
        constants(f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)} " + "x" * 4000)
    assert constants._chars <= 10_000_000

import json
from pathlib import Path

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Purpose
from bot.core.ports import Job
from bot.notifiers.record import Record
from tests.builders import NOW, notification


def job(name: str) -> Job:
    owed = notification(purpose=Purpose.RECORD, content={"id": name, "title": "card declined 支付"})
    return Job(notification=owed, uuid="u", card=None)


def names(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


@pytest.mark.parametrize("name", ["f1", 'with "quotes"', "back\\slash", "two\nlines", "支付"])
def test_a_finding_stands_there_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / "record.jsonl"
    for _ in range(2):
        Record(path).deliver(job(name), NOW)
    Record(path).deliver(job("f2"), NOW)
    assert names(path) == [name, "f2"]
    assert "支付" in path.read_text()


def test_half_a_line_after_a_crash_is_written_anew_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    Record(path).deliver(job("f1"), NOW)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20].replace(b"f1", b"f2"))
    Record(path).deliver(job("f2"), NOW)
    *_, last = path.read_text().splitlines()
    assert json.loads(last)["id"] == "f2"
    assert json.loads(path.read_text().splitlines()[0])["id"] == "f1"


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="mend that") as failed:
        Record(tmp_path / "missing" / "record.jsonl").deliver(job("f1"), NOW)
    assert failed.value.fault is Fault.PASSING

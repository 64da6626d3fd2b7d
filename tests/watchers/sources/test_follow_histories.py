"""Histories that went wrong once, as the model found and shortened them."""

import pytest

from tests.watchers.sources.follow_model import FollowedFile

HISTORIES = [
    ("small", "write:5:300 rename write:1:0 rename:seen"),
    ("linked", "delete write:1:0 rename"),
    ("linked small", "write:3:300 rename kill:1 write:1:0"),
    ("", "restart write:1:0 rename.zst"),
    ("small", "write_a_part:500 write_a_part:500 copy_and_cut:seen"),
    ("", "kill:1 rename write_a_part:0 copy_and_cut:seen"),
    ("", "write:1:0 empty kill:1 write_a_part:0 copy_and_cut:seen"),
    ("small", "write:4:300 rename write_a_part:0 copy_and_cut:seen"),
    ("", "write:1:0 edit write_a_part:0 restart copy_and_cut:seen"),
    ("wide", "copy_and_cut.bz2:seen look write_a_part:0 copy_and_cut:seen"),
    ("wide", "write:1:0 edit kill:1 copy_and_cut:seen"),
    ("", "write:1:0 empty write:1:0 rename write:1:0 rename"),
    ("", "write_a_part:0 copy_and_cut:seen write:1:0 rename write:1:0 rename"),
    ("wide", "write_a_part:0 copy_and_cut:seen stop rename"),
    ("wide", "write:1:0 glance:0 stop copy_and_cut rename"),
    ("wide", "write_a_part:0 look copy_and_cut write:1:0 copy_and_cut"),
    (
        "linked",
        "copy_and_cut.bz2 rename write_a_part:0 rename glance:0 write_a_part:0 copy_and_cut:seen",
    ),
    ("", "copy_and_cut.xz write:1:0 rename glance:30 stop pack_later.zst"),
    ("wide", "write:1:0 look stop rename.gz write_a_part:0 start copy_and_cut:seen"),
    ("", "write:1:0 look copy_and_cut write:1:0 copy_and_cut write:1:0 rename"),
    (
        "linked",
        (
            "rename glance:0 rename write_a_part:0 rename "
            "wait:60 look stop write:1:0 start copy_and_cut.xz:seen"
        ),
    ),
    (
        "linked",
        "copy_and_cut.xz rename write:1:0 look rename write_a_part:0 kill:1 copy_and_cut.xz:seen",
    ),
    ("", "rename.zst:seen write_a_part:0 copy_and_cut:seen stop"),
    ("small", "write:4:300 look copy_and_cut kill:6 look kill:1 pack_later.gz"),
    ("wide dated", "rename rename pack_later.gz:seen"),
    ("", "write:1:0 rename.gz write:1:0 rename"),
    ("wide", "write_a_part:0 copy_and_cut:seen write:1:0 rename.zst"),
    ("", "write:1:0 delete write:1:0 copy_and_cut:seen pack_later.zst"),
    ("", "copy_and_cut.xz write:1:0 copy_and_cut:seen stop"),
    ("wide", "rename write_a_part:0 look copy_and_cut:seen"),
    ("wide", "copy_and_cut write_a_part:0 rename write:1:0 glance:0 copy_and_cut.bz2"),
    ("wide", "delete glance:0 write:1:0 copy_and_cut write:1:0"),
    (
        "",
        (
            "rename write:1:0 copy_and_cut write:1:0 glance:0 write_a_part:0 "
            "glance:30 look kill:1 rename:seen pack_later.gz write:1:0"
        ),
    ),
    ("", "copy_and_cut stop write_a_part:0 start rename:seen stop"),
    ("", "kill:1 copy_and_cut write:1:0 rename:seen stop"),
    ("", "write:1:0 rename write_a_part:0 rename:seen"),
    ("wide", "write:1:0 copy_and_cut copy_and_cut.xz write:1:0"),
    ("small", "kill:1 rename:seen write:5:300 rename:seen copy_and_cut.bz2:seen restart"),
    ("wide", "kill:1 rename.gz write_a_part:0 copy_and_cut:seen"),
    ("", "write:1:0 copy_and_cut write:1:0 rename:seen"),
    ("linked", "write:1:0 copy_and_cut write:1:0 look kill:6"),
    ("", "write:1:0 copy_and_cut:seen write_a_part:0 rename pack_later.zst"),
    ("wide", "write:1:0 copy_and_cut.xz rename:seen"),
    ("", "stop write:1:0 rename.zst write:1:0 copy_and_cut start rename:seen"),
    ("linked", "write:1:0 copy_and_cut rename glance:0 restart"),
    ("wide", "rename.gz edit rename:seen write_a_part:0 rename write:1:0"),
    ("", "stop start rename:seen write_a_part:0 rename"),
    ("wide", "rename:seen write:1:0 rename.zst"),
    ("", "rename.gz look write:1:0 kill:1 copy_and_cut:seen"),
    ("wide", "rename:seen write_a_part:0 copy_and_cut.xz"),
    ("", "copy_and_cut.xz write_a_part:0 glance:0 restart copy_and_cut:seen"),
    ("", "write:1:0 rename write:1:0 look glance:0 rename.zst:seen kill:9"),
    ("wide", "copy_and_cut write:1:0 glance:0 copy_and_cut write:1:0"),
    ("wide", "rename rename:seen write:1:0 rename write_a_part:0 rename:seen"),
    (
        "linked",
        "rename glance:0 write_a_part:0 look copy_and_cut glance:30 copy_and_cut:seen kill:3",
    ),
    ("wide", "stop rename.gz start write:1:0 glance:30 copy_and_cut look kill:7 rename:seen"),
    (
        "linked",
        (
            "copy_and_cut kill:4 delete kill:2 write:1:0 pack_later.zst look stop "
            "copy_and_cut.xz start write_a_part:500 copy_and_cut:seen"
        ),
    ),
    ("wide", "write:1:0 edit write:1:0 copy_and_cut.bz2 write:1:300 rename.gz:seen"),
    ("wide", "copy_and_cut write:1:0 edit write:1:0 copy_and_cut.bz2 write:1:0 rename:seen"),
    ("wide", "write:1:0 empty write:1:0 rename.zst write:1:0 rename:seen"),
    (
        "wide",
        "copy_and_cut write_a_part:0 look copy_and_cut.xz write:1:0 copy_and_cut.bz2 rename:seen",
    ),
    (
        "wide",
        (
            "write:1:0 copy_and_cut write:1:0 restart copy_and_cut:seen pack_later.gz write:1:0 "
            "copy_and_cut glance:0.5 write:1:0 copy_and_cut.xz glance:0.5 write:1:0 "
            "copy_and_cut.bz2:seen"
        ),
    ),
    ("", "write:1:0 empty write_a_part:0 rename:seen write_a_part:0 rename:seen stop"),
    ("", "write:1:0 glance:0 stop edit start copy_and_cut:seen"),
    ("wide", "write:1:0 glance:0 stop edit start copy_and_cut:seen"),
    ("linked", "write:1:0 glance:0 stop edit start copy_and_cut:seen"),
]
"""How the log is followed, and what happens: rule:argument.packed:seen."""


def play(model: FollowedFile, step: str) -> None:
    name, *said = step.split(":")
    name, dot, packed = name.partition(".")
    match name:
        case "write":
            model.write(int(said[0]), int(said[1]))
        case "write_a_part":
            model.write_a_part(int(said[0]))
        case "glance" | "wait":
            getattr(model, name)(float(said[0]))
        case "kill":
            model.kill(int(said[0]), "long" in said)
        case "rename" | "copy_and_cut" | "pack_later":
            getattr(model, name)(dot + packed, "seen" in said)
        case _:
            getattr(model, name)()


@pytest.mark.parametrize("phase", [0.0, 0.0015, 0.003])
@pytest.mark.parametrize(("kind", "steps"), HISTORIES, ids=[steps for _, steps in HISTORIES])
def test_every_line_comes_once_and_in_order(kind: str, steps: str, phase: float) -> None:
    kinds = kind.split()
    model = FollowedFile()
    try:
        model.begin(
            wide="wide" in kinds,
            dated="dated" in kinds,
            linked="linked" in kinds,
            block_bytes=700 if "small" in kinds else 1 << 18,
            phase=phase,
        )
        for step in steps.split():
            play(model, step)
            model.nothing_is_read_twice_or_out_of_order()
    finally:
        model.teardown()

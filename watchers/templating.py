"""The templates of one watch: learned from its records, kept with its positions."""

import hashlib
import json
from collections.abc import Mapping

from watchers.detectors.templates.miner import Template, TemplateMiner
from watchers.record import Record

MARK = "~template/"
"""What the keys of kept templates begin with, among the positions."""
_VERSION = 1
_TOGETHER = 64
"""So many are kept under one key: what was kept once changes no more."""


class Templates:
    """Knows the template of every record it is asked for; not thread-safe."""

    def __init__(self, watch: str, kept: Mapping[str, str]) -> None:
        """Go on with what was kept for a watch, once it is asked for anything.

        Args:
            watch: By its name.
            kept: All positions that were stored; only those of templates are looked at.
        """
        self._prefix = f"{MARK}{hashlib.blake2b(watch.encode(), digest_size=8).hexdigest()}/"
        self._kept = kept
        self._miner: TemplateMiner | None = None
        self._stored = 0

    def of(self, record: Record) -> Template:
        """The template of a record's first line."""
        miner = self._known()
        line = record.lines[0].replace(b"\0", b"").decode("utf-8", "replace").strip()
        return miner.template(miner.learn(line))

    @property
    def merges(self) -> int:
        """How often templates became one since the start."""
        return 0 if self._miner is None else self._miner.merges

    def current(self, template_id: str) -> str:
        """The id of the template that a template became one with, or its own."""
        miner = self._known()
        number = miner.number(template_id)
        return template_id if number is None else miner.template(number).id

    def text(self, template_id: str) -> str:
        """The template itself, "" for what is not known."""
        miner = self._known()
        number = miner.number(template_id)
        return "" if number is None else miner.template(number).text

    def former(self, template_id: str) -> tuple[str, ...]:
        """The ids of templates that became one with a template, oldest first."""
        miner = self._known()
        number = miner.number(template_id)
        return () if number is None else tuple(one.id for one in miner.absorbed(number))

    def take_changes(self) -> dict[str, str]:
        """What was learned since it was asked last, to be stored with the positions."""
        if self._miner is None:
            return {}
        first = self._stored - self._stored % _TOGETHER
        texts = self._miner.texts(first)
        if first + len(texts) == self._stored:
            return {}
        self._stored = first + len(texts)
        return {
            f"{self._prefix}{(first + at) // _TOGETHER}": json.dumps(
                {"v": _VERSION, "templates": texts[at : at + _TOGETHER]}, ensure_ascii=False
            )
            for at in range(0, len(texts), _TOGETHER)
        }

    def _known(self) -> TemplateMiner:
        if self._miner is None:
            self._miner = TemplateMiner()
            texts = _restored(self._prefix, self._kept)
            self._miner.restore(texts)
            self._stored = len(texts) if self._miner.texts() == texts else 0
            self._kept = {}
        return self._miner


def _restored(prefix: str, kept: Mapping[str, str]) -> list[str]:
    """Texts in the order in which they were learned, as far as they can be read."""
    found: list[str] = []
    for at in range(sum(key.startswith(prefix) for key in kept)):
        try:
            stored = json.loads(kept.get(f"{prefix}{at}", ""))
            if stored["v"] == _VERSION:
                found += [str(text) for text in stored["templates"]]
        except (ValueError, TypeError, KeyError):
            continue  # of another version, or damaged: they are learned anew
    return found

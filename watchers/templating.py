"""The templates of one watch: learned from its records, kept with its positions."""

import hashlib
import json
from collections.abc import Mapping

from watchers.detectors.templates.miner import Clean, Template, TemplateMiner
from watchers.record import Record

MARK = "~template/"
"""What the keys of kept templates begin with, among the positions."""
_VERSION = 2
_UNCLEAN = 1
"""The version that kept texts as they were read."""
_TOGETHER = 64
"""So many are kept under one key: what was kept once changes no more."""


class Templates:
    """Knows the template of every record it is asked for; not thread-safe."""

    def __init__(self, watch: str, kept: Mapping[str, str], clean: Clean = str) -> None:
        """Go on with what was kept for a watch, once it is asked for anything.

        Args:
            watch: By its name.
            kept: All positions that were stored; only those of templates are looked at.
            clean: Takes out of a message what must not be kept.
        """
        self._clean = clean
        self._parts = 0
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
        parts = -(-self._stored // _TOGETHER)
        gone = {f"{self._prefix}{at}": "" for at in range(parts, self._parts)}
        self._parts = parts
        return gone | {
            f"{self._prefix}{(first + at) // _TOGETHER}": json.dumps(
                {"v": _VERSION, "templates": texts[at : at + _TOGETHER]}, ensure_ascii=False
            )
            for at in range(0, len(texts), _TOGETHER)
        }

    def _known(self) -> TemplateMiner:
        if self._miner is None:
            self._miner = TemplateMiner(clean=self._clean)
            stored = _restored(self._prefix, self._kept)
            texts = [text for text, clean in stored if clean or self._clean(text) == text]
            self._miner.restore(texts)
            sound = all(clean for _, clean in stored) and self._miner.texts() == texts
            self._stored = len(texts) if sound else 0
            self._parts = sum(key.startswith(self._prefix) for key in self._kept)
            self._kept = {}
        return self._miner


def _restored(prefix: str, kept: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Texts as they were learned, as far as they can be read, and whether they were cleaned."""
    found: list[tuple[str, bool]] = []
    for at in range(sum(key.startswith(prefix) for key in kept)):
        try:
            stored = json.loads(kept.get(f"{prefix}{at}", ""))
            if stored["v"] in (_VERSION, _UNCLEAN):
                found += [(str(text), stored["v"] == _VERSION) for text in stored["templates"]]
        except (ValueError, TypeError, KeyError):
            continue  # of another version, or damaged: they are learned anew
    return found

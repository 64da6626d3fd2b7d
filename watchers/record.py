"""What flows in a pipeline: blocks of whole lines, and the records cut from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Whole lines of one file, in file order.

    Attributes:
        key: Names the file among those its source follows; position key.
        path: Where the file stood when it was opened.
        file_id: Stable identity of this content, the same after a restart; another one once the
            file was cut and begins anew.
        offset: Byte offset of the first line.
        end: Byte offset behind the last line; beyond ``offset + len(data)`` when a line was cut.
        data: The lines' bytes; every line ends with a newline.
        lines: How many they are.
        line: Number of the first one, from 1; 0 when it is not known.
        labels: What its source knows to label findings in it with.
        lasting: Whether what stands there can be read again later, as in a file.
        times: Where entries begin and when they were written, in seconds since 1970, of a source
            that knows.
        backlog: Up to which offset its file was written while nobody read; 0 for nothing much.
    """

    key: str
    path: str
    file_id: str
    offset: int
    end: int
    data: bytes
    lines: int = 0
    line: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = True
    times: tuple[tuple[int, float], ...] = ()
    backlog: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEnd:
    """The content of a file ends here: it was cut, or it is gone and read to its end."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line with the lines that continue it, such as a stack trace.

    Attributes:
        offset: Byte offset of its first line.
        end: Byte offset behind its last line.
        lines: The lines kept, without line ends; the first one always.
        omitted: How many further lines it has.
        raised: The line of a Python trace that names what was raised at last, b"" without one.
        rules: Indexes of the rules that match one of its lines, ascending.
        at: When it was written, of a source that knows, whatever its text says; aware, UTC.
    """

    offset: int
    end: int
    lines: tuple[bytes, ...]
    omitted: int
    raised: bytes
    rules: tuple[int, ...]
    at: datetime | None = None

"""`larkwatch templates`: which template every line of a log has."""

import csv
import gzip
import io
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import click

from bot.cli.common import Failure

STDIN = "-"


def _pattern(
    _ctx: click.Context, _param: click.Parameter, text: str | None
) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    epilog="""\b
Examples:
  larkwatch templates messages.txt > templates.csv
  zcat app.log.gz | larkwatch templates - --counts
  larkwatch templates app.log --header '\\S+ \\S+ (INFO|WARN|ERROR) '

\b
Exit codes: 0 done; 2 a file cannot be read."""
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--header",
    callback=_pattern,
    metavar="REGEX",
    help="What a line begins with that is no part of its message.",
)
@click.option("--counts", is_flag=True, help="A row per template, the most frequent first.")
def templates(files: tuple[str, ...], header: re.Pattern[str] | None, *, counts: bool) -> None:
    """Print the template of every line as CSV: line_number, template_id, template.

    Lines are messages, one each, taken as they are without --header; they are numbered from 1
    through all files. `-` is standard input; a file that ends in .gz is unpacked. Templates are
    those known after the last line, so that equal ids are all lines of one template; an id is
    made of the template's text alone. With --counts the columns are count, template_id, template.
    """
    from watchers.detectors.templates.miner import TemplateMiner

    miner = TemplateMiner()
    numbers = array("L")
    for file in files:
        with _opened(file) as lines:
            for line in lines:
                message = line.rstrip("\r\n")
                if header is not None and (begin := header.match(message)):
                    message = message[begin.end() :]
                numbers.append(miner.learn(message))
    known = {number: miner.template(number) for number in set(numbers)}
    rows = {number: (one.id, one.text) for number, one in known.items()}
    out = csv.writer(sys.stdout, lineterminator="\n")
    if counts:
        times = Counter(rows[number] for number in numbers)
        out.writerow(("count", "template_id", "template"))
        out.writerows((count, *row) for row, count in times.most_common())
    else:
        out.writerow(("line_number", "template_id", "template"))
        out.writerows((at, *rows[number]) for at, number in enumerate(numbers, 1))


@contextmanager
def _opened(file: str) -> Iterator[IO[str]]:
    """The text of a file, whatever bytes are in it; only newlines end lines."""
    if file == STDIN:
        yield _text(sys.stdin.buffer)
        return
    try:
        with _bytes(file) as found:
            yield _text(found)
    except (OSError, EOFError) as error:
        raise Failure(f"{file} cannot be read: {error}") from error


def _bytes(file: str) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.endswith(".gz") else Path(file).open("rb")


def _text(found: IO[bytes]) -> IO[str]:
    return io.TextIOWrapper(found, encoding="utf-8", errors="replace", newline="\n")

"""`larkwatch tail`: print every line of some files once, over rotations and restarts."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.open_files import allow_many_open_files
from bot.cli.output import Output, pieces
from watchers.checkpoint import FileCheckpoint
from watchers.clock import SystemClock
from watchers.errors import CheckpointError
from watchers.record import Block
from watchers.sources.file.decode import Decoder, usable_encoding
from watchers.sources.file.follow import FileSource
from watchers.sources.file.wake import Wake

if TYPE_CHECKING:
    from watchers.sources.base import Source

_STOPS = (signal.SIGTERM, signal.SIGINT)
_POLL_S = 1.0
_STDIN = "-"
_COALESCE_S = 0.005
_EXAMPLES = """\b
Examples:
  larkwatch tail '/var/log/pay/*.log' --state ~/.tail-pay
  larkwatch tail app.log 'logs/**/*.log' --state /tmp/st --json | jq -r .text
  larkwatch tail app.log --state /tmp/st --from-start --encoding gb18030
  kubectl logs -f deploy/pay | larkwatch tail - --json
"""


def _encoding(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    try:
        return usable_encoding(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(epilog=_EXAMPLES)
@click.argument("globs", metavar="GLOB...", nargs=-1, required=True)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory that keeps how far each file was read. Made when missing. Not needed for -.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line of output.")
@click.option(
    "--from-start", is_flag=True, help="On the very first start, read existing files whole."
)
@click.option(
    "--encoding", default="utf-8", show_default=True, callback=_encoding, help="Of the files."
)
def tail(
    globs: tuple[str, ...], state: Path | None, as_json: bool, from_start: bool, encoding: str
) -> None:
    """Print every complete line of the files, each exactly once, and go on for ever.

    What was printed and how far that is are noted one right after the other, for each write of at
    most 4 KiB of whole lines: only a kill -9 between the two prints the lines of that one write
    again. So it is at least once across a kill -9 or a loss of power, exactly once otherwise.

    Follows rotation (rename, create, copy and truncate), finds new files that match GLOB and
    reads those from their beginning, and after a restart goes on where it stopped. On the very
    first start files that exist are read from their end. With --json a line is
    {"path", "position" (byte offset of the line's start), "text"}. With - in place of GLOB it is
    standard input that is printed, to its end.

    Exit codes: 0 after SIGTERM, SIGINT or a closed output, and at the end of standard input; 1
    when the state directory cannot be used; 2 when it is not named.
    """
    if _STDIN in globs and len(globs) > 1:
        raise click.UsageError("- stands alone: either standard input or files")
    if state is None and globs != (_STDIN,):
        raise click.UsageError("Missing option '--state': where positions in the files are kept.")
    # A stop that is asked for from here on waits until it can be done in order.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    allow_many_open_files()
    try:
        checkpoint = FileCheckpoint(state) if state is not None else None
    except CheckpointError as error:
        raise click.ClickException(str(error)) from None
    try:
        _Printer(globs, checkpoint, Decoder(encoding), as_json=as_json, from_start=from_start).run()
    finally:
        if checkpoint is not None:
            checkpoint.close()


class _Printer:
    """Prints blocks and moves the positions after what was printed."""

    def __init__(
        self,
        globs: tuple[str, ...],
        checkpoint: FileCheckpoint | None,
        decoder: Decoder,
        *,
        as_json: bool,
        from_start: bool,
    ) -> None:
        self._checkpoint = checkpoint
        self._decoder = decoder
        self._json = as_json
        self._stopping = False
        self._told: set[str] = set()
        self._wake = Wake()
        self._output = Output(sys.stdout.fileno())
        self._source: Source
        positions = checkpoint.positions if checkpoint is not None else {}
        self._reads_stdin = globs == (_STDIN,)
        if self._reads_stdin:
            self._source = _stdin()
            return
        self._source = FileSource(
            name="tail",
            globs=globs,
            positions=positions,
            clock=SystemClock(),
            from_start=from_start,
            whole_lines=True,
        )

    def run(self) -> None:
        if self._checkpoint is not None and self._checkpoint.note:
            _tell(self._checkpoint.note)
        for name in _STOPS:
            signal.signal(name, lambda *_: self._stop())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
        try:
            self._loop()
        except BrokenPipeError:
            # Nobody reads any more; keep the interpreter's own last flush from complaining.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        finally:
            self._source.close()
            self._wake.close()

    def _stop(self) -> None:
        self._stopping = True
        self._output.hurry()
        self._wake.interrupt()

    def _loop(self) -> None:
        looks = 0
        while not self._stopping:
            self._pass()
            if self._reads_stdin and not self._source.descriptors and self._source.looks:
                break
            self._tell_troubles()
            if not self._source.caught_up or self._stopping:
                continue
            if looks != self._source.looks:
                looks = self._source.looks
                self._source.told = self._wake.watch(self._source.folders)
                self._wake.listen(self._source.descriptors)
            if self._wake.wait(_POLL_S) and not self._stopping:
                time.sleep(_COALESCE_S)  # what a writer writes at once is read at once

    def _pass(self) -> None:
        """Print one block of every file, with a note of how far after each write."""
        changes: dict[str, str] = {}
        look_now, touched = self._wake.take()
        try:
            for item in self._source.read(look_now=look_now, touched=touched):
                changes.update(self._source.take_settled())
                if isinstance(item, Block):
                    self._print(item, changes)
                    self._save(changes, at_once=False)
                if self._stopping:
                    break
        finally:
            changes.update(self._source.take_settled())
            self._save(changes, at_once=True)

    def _save(self, changes: dict[str, str], *, at_once: bool) -> None:
        try:
            if self._checkpoint is not None:
                self._checkpoint.save(changes, at_once=at_once)
        except CheckpointError as error:
            self._tell_once(str(error))
        changes.clear()

    def _print(self, block: Block, changes: dict[str, str]) -> None:
        """Print a block, and note after every write how far it came out whole."""
        for piece, end in pieces(*self._draw(block)):
            whole = self._output.write(piece)
            if whole and self._checkpoint is not None:
                position = self._source.position(block.key, end)
                if position is not None:
                    changes[block.key] = position
                    self._save(changes, at_once=False)
            if self._output.closed:
                raise BrokenPipeError
            if not whole:
                self._stopping = True
                return

    def _draw(self, block: Block) -> tuple[list[bytes], list[int]]:
        """The lines as they are printed, and the offset behind each in the file."""
        path = block.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        drawn: list[bytes] = []
        ends: list[int] = []
        at = block.offset
        for line in block.data.split(b"\n")[:-1]:
            text = self._decoder.text(line)
            if self._json:
                fields = {"path": path, "position": at, "text": text}
                text = json.dumps(fields, ensure_ascii=False)
            at += len(line) + 1
            drawn.append(text.encode("utf-8", "replace") + b"\n")
            ends.append(at)
        ends[-1] = block.end
        return drawn, ends

    def _tell_troubles(self) -> None:
        troubles = {f"{t.path} {t.text}" for t in self._source.troubles()}
        for text in sorted(troubles - self._told):
            _tell(text)
        self._told = troubles

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            _tell(text)


def _stdin() -> "Source":
    from watchers.opening import source_of
    from watchers.watch import Watch

    settings = Watch.model_validate({"name": "tail", "stdin": True})
    return source_of(settings, {}, SystemClock())


def _tell(text: str) -> None:
    click.echo(f"larkwatch tail: {text}", err=True)

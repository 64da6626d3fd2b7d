"""`larkwatch tail`: print every line of some files once, over rotations and restarts."""

import errno
import json
import os
import select
import signal
import sys
import time
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.open_files import allow_many_open_files
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
_LAST_WRITE_S = 1.0
_OUTPUT_POLL_MS = 100
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
        self._output = _Output(sys.stdout.fileno())
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
        """Print one block of every file, then save: a kill between the two repeats this pass."""
        changes: dict[str, str] = {}
        look_now, touched = self._wake.take()
        try:
            for item in self._source.read(look_now=look_now, touched=touched):
                changes.update(self._source.take_settled())
                if isinstance(item, Block):
                    self._print(item, changes)
                if self._stopping:
                    break
        finally:
            changes.update(self._source.take_settled())
            try:
                if self._checkpoint is not None:
                    self._checkpoint.save(changes)
            except CheckpointError as error:
                self._tell_once(str(error))

    def _print(self, block: Block, changes: dict[str, str]) -> None:
        """Print a block and note how far it came out whole."""
        drawn, ends = self._draw(block)
        written = self._output.write(b"".join(drawn))
        whole = bisect_right(list(accumulate(map(len, drawn))), written)
        if whole:
            position = self._source.position(block.key, ends[whole - 1])
            if position is not None:
                changes[block.key] = position
        if self._output.closed:
            raise BrokenPipeError
        if whole < len(drawn):
            self._stopping = True

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


class _Output:
    """Standard output, never waited for longer than a stop may take.

    Attributes:
        closed: Whether nobody reads any more.
    """

    def __init__(self, fd: int) -> None:
        self.closed = False
        self._fd = fd
        self._deadline: float | None = None
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    def hurry(self) -> None:
        """A stop was asked for: a reader that takes nothing is waited for only a moment."""
        self._deadline = time.monotonic() + _LAST_WRITE_S

    def write(self, data: bytes) -> int:
        """Write all of it; fewer bytes only when the reader left or a stop could not wait."""
        done = 0
        while done < len(data):
            if not self._poll.poll(_OUTPUT_POLL_MS):
                if self._deadline is not None and time.monotonic() > self._deadline:
                    break
                continue
            try:
                # A pipe that is ready takes this much without blocking.
                done += os.write(self._fd, data[done : done + select.PIPE_BUF])
            except OSError as error:
                if error.errno != errno.EPIPE:
                    raise
                self.closed = True
                break
        return done


def _tell(text: str) -> None:
    click.echo(f"larkwatch tail: {text}", err=True)

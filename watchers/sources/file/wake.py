"""Wakes a reader when its files change; events only save waiting, looking is the truth."""

import os
import select
import threading
from collections.abc import Iterable
from contextlib import suppress

import inotify_simple

_FLAGS = inotify_simple.flags
_LOST = _FLAGS.DELETE_SELF | _FLAGS.MOVE_SELF | _FLAGS.IGNORED | _FLAGS.UNMOUNT
_NAMES = _FLAGS.CREATE | _FLAGS.MOVED_TO | _FLAGS.MOVED_FROM | _FLAGS.DELETE | _LOST
_MASK = (
    _FLAGS.MODIFY
    | _FLAGS.CREATE
    | _FLAGS.MOVED_TO
    | _FLAGS.MOVED_FROM
    | _FLAGS.DELETE
    | _FLAGS.DELETE_SELF
    | _FLAGS.MOVE_SELF
)
_MOST_TOUCHED = 10_000
"""Paths kept between two passes; more are as good as all."""


class Wake:
    """Waits for a change in some directories, for a time limit, or for `interrupt`.

    Where inotify is not to be had (no support, no watches left) only the time limit works.

    Attributes:
        names_changed: Whether a name appeared or vanished since `take`.
    """

    def __init__(self, *, inotify: bool = True) -> None:
        self.names_changed = False
        self._touched: set[str] | None = None
        self._inotify: inotify_simple.INotify | None = None
        self._watched: dict[str, int] = {}
        self._folders: dict[int, set[str]] = {}
        self._listened: set[int] = set()
        self._closing = threading.RLock()  # a signal handler may come while it is held
        self._closed = False
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._event, select.POLLIN)
        if inotify:
            with suppress(OSError):
                self._inotify = inotify_simple.INotify(nonblocking=True)
                self._poll.register(self._inotify.fileno(), select.POLLIN)

    def watch(self, folders: Iterable[str]) -> bool:
        """Watch exactly these directories from now on; whether all of them can be."""
        if self._inotify is None:
            return False
        wanted = set(folders)
        for folder in self._watched.keys() - wanted:
            number = self._watched.pop(folder)
            same = self._folders.get(number, set())
            same.discard(folder)
            if not same:
                self._folders.pop(number, None)
                with suppress(OSError):
                    self._inotify.rm_watch(number)
        for folder in wanted - self._watched.keys():
            with suppress(OSError):  # what cannot be watched is still looked at
                number = self._inotify.add_watch(folder, _MASK)
                self._watched[folder] = number
                self._folders.setdefault(number, set()).add(folder)
                self._touched = None  # what happened before it was watched was not told
        return wanted == self._watched.keys()

    def listen(self, descriptors: Iterable[int]) -> None:
        """Wake up too when one of exactly these can be read from."""
        wanted = set(descriptors)
        for one in self._listened - wanted:
            with suppress(KeyError):
                self._poll.unregister(one)
        for one in wanted - self._listened:
            self._poll.register(one, select.POLLIN)
        self._listened = wanted

    def wait(self, limit_s: float) -> bool:
        """Wait for a change; False when the limit passed without one. Waits again after it."""
        ready = self._poll.poll(max(0.0, limit_s) * 1000)
        with suppress(BlockingIOError):
            os.eventfd_read(self._event)
        if self._inotify is not None and ready:
            with suppress(BlockingIOError):
                while events := self._inotify.read(timeout=0):
                    for event in events:
                        self._note(event)
        return bool(ready)

    def take(self) -> tuple[bool, set[str] | None]:
        """Whether names changed, and the paths at which something happened; None for any."""
        taken = self.names_changed, self._touched
        self.names_changed, self._touched = False, set()
        return taken

    def interrupt(self) -> None:
        """End a wait in another thread, or the next one; safe in a signal handler, and late."""
        with self._closing:
            if not self._closed:
                os.eventfd_write(self._event, 1)

    def close(self) -> None:
        """Let go of everything."""
        if self._inotify is not None:
            self._inotify.close()
        with self._closing:
            self._closed = True
            os.close(self._event)

    def _note(self, event: inotify_simple.Event) -> None:
        if event.mask & _FLAGS.Q_OVERFLOW:
            # Events were lost: anything may have happened.
            self.names_changed, self._touched = True, None
            return
        self.names_changed |= bool(event.mask & _NAMES)
        folders = self._folders.get(event.wd, set())
        if event.mask & _LOST:
            for folder in self._folders.pop(event.wd, set()):
                self._watched.pop(folder, None)  # made anew, it is watched anew
        elif self._touched is not None:
            self._touched |= {os.path.join(folder, event.name) for folder in folders}  # noqa: PTH118
            if len(self._touched) > _MOST_TOUCHED:
                self._touched = None

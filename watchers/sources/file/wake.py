"""Wakes a reader when its files change; events only save waiting, looking is the truth."""

import os
import select
from collections.abc import Iterable
from contextlib import suppress

import inotify_simple

_FLAGS = inotify_simple.flags
_NAMES = _FLAGS.CREATE | _FLAGS.MOVED_TO | _FLAGS.MOVED_FROM | _FLAGS.DELETE | _FLAGS.Q_OVERFLOW
_MASK = _FLAGS.MODIFY | _FLAGS.CREATE | _FLAGS.MOVED_TO | _FLAGS.MOVED_FROM | _FLAGS.DELETE


class Wake:
    """Waits for a change in some directories, for a time limit, or for `interrupt`.

    Where inotify is not to be had (no support, no watches left) only the time limit works.

    Attributes:
        names_changed: Whether a name appeared or vanished during the last wait.
    """

    def __init__(self, *, inotify: bool = True) -> None:
        self.names_changed = False
        self._inotify: inotify_simple.INotify | None = None
        self._watched: dict[str, int] = {}
        self._listened: set[int] = set()
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._event, select.POLLIN)
        if inotify:
            with suppress(OSError):
                self._inotify = inotify_simple.INotify(nonblocking=True)
                self._poll.register(self._inotify.fileno(), select.POLLIN)

    def watch(self, folders: Iterable[str]) -> None:
        """Watch exactly these directories from now on."""
        if self._inotify is None:
            return
        wanted = set(folders)
        for folder in self._watched.keys() - wanted:
            with suppress(OSError):
                self._inotify.rm_watch(self._watched.pop(folder))
        for folder in wanted:
            # Adding a watch twice changes nothing, and finds a directory that was made anew.
            with suppress(OSError):
                self._watched[folder] = self._inotify.add_watch(folder, _MASK)

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
        self.names_changed = False
        ready = self._poll.poll(max(0.0, limit_s) * 1000)
        with suppress(BlockingIOError):
            os.eventfd_read(self._event)
        if self._inotify is not None and ready:
            with suppress(BlockingIOError):
                while events := self._inotify.read(timeout=0):
                    self.names_changed |= any(event.mask & _NAMES for event in events)
        return bool(ready)

    def interrupt(self) -> None:
        """End a wait in another thread, or the next one; safe in a signal handler."""
        os.eventfd_write(self._event, 1)

    def close(self) -> None:
        """Let go of everything."""
        if self._inotify is not None:
            self._inotify.close()
        os.close(self._event)

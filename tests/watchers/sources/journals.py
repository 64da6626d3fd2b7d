"""A journal in a folder, written by systemd's own writer."""

import subprocess
import time
from pathlib import Path

WRITER = Path("/lib/systemd/systemd-journal-remote")
BOOTS = ("1" * 32, "2" * 32)


class Journal:
    """A journal in a folder, and who writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._process: subprocess.Popen[bytes] | None = None

    def write(self, message: str | bytes, boot: str = BOOTS[0], **fields: str) -> None:
        """Append an entry in the journal's export format."""
        if self._process is None:
            self.folder.mkdir(exist_ok=True)
            output = f"--output={self.folder / 'test.journal'}"
            self._process = subprocess.Popen(
                [WRITER, output, "--split-mode=none", "-"],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self.count += 1
        head = {
            "__REALTIME_TIMESTAMP": str(time.time_ns() // 1000),
            "__MONOTONIC_TIMESTAMP": str(self.count),
            "_BOOT_ID": boot,
            **fields,
        }
        raw = message if isinstance(message, bytes) else message.encode()
        text = "".join(f"{key}={value}\n" for key, value in head.items()).encode()
        text += b"MESSAGE\n" + len(raw).to_bytes(8, "little") + raw + b"\n\n"
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(10)
            self._process = None

"""`larkwatch scan` as its users run it."""

import json
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-c", "from bot.cli.main import main; main()", "scan"]
PEAK = (
    "import resource, subprocess, sys; "
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
RULES = """
[[rule]]
name = "error"
pattern = '\\bERROR\\b'
severity = "high"
[[rule]]
name = "slow"
pattern = 'took \\d{4,} ms'
severity = "low"
"""


def scan(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, check=False)


def test_lines_are_printed_and_counted_by_rule(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    log = tmp_path / "pay.log"
    log.write_text("ok\nERROR: took 12345 ms\ntook 99 ms\n")
    done = scan(str(log), "--rules", str(tmp_path / "rules.toml"))
    assert done.returncode == 0
    assert done.stdout.decode() == f"{log}:2:error,slow:ERROR: took 12345 ms\n"
    assert done.stderr.decode().splitlines()[:3] == [
        "    1  error",
        "    1  slow",
        "    1  lines that match, of all",
    ]


def test_standard_input_is_counted_as_json(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    text = b"ERROR\nok\nERROR\n"
    done = scan("-", "--rules", str(tmp_path / "rules.toml"), "--count", "--json", stdin=text)
    found = json.loads(done.stdout)
    assert found["rules"] == {"error": 2, "slow": 0}
    assert (found["lines"], found["bytes"], found["files"]) == (2, len(text), 1)
    assert not done.stderr


def test_json_gives_an_object_for_each_line_and_patterns_lead_to_files(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2026-11-23T10:00:00Z ERROR 一\n")
    (tmp_path / "b.log").write_text("PANIC\n")
    done = scan(f"{tmp_path}/*.log", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines == [
        {
            "path": f"{tmp_path}/a.log",
            "line": 1,
            "offset": 0,
            "time": "2026-11-23T10:00:00+00:00",
            "rules": ["error"],
            "text": "2026-11-23T10:00:00Z ERROR 一",
        },
        {
            "path": f"{tmp_path}/b.log",
            "line": 1,
            "offset": 0,
            "time": None,
            "rules": ["panic"],
            "text": "PANIC",
        },
    ]


def test_what_cannot_be_read_is_said_and_the_rest_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("ERROR\n")
    done = scan(str(tmp_path / "gone.log"), str(tmp_path / "a.log"), "--count")
    assert done.returncode == 2
    assert f"{tmp_path}/gone.log is not there" in done.stderr.decode()
    assert "    1  error" in done.stdout.decode()


def test_rules_that_cannot_be_used_are_refused_with_their_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "a"\npattern = "(a+)+(?=b)"\nseverity = "high"\n')
    done = scan("-", "--rules", str(rules))
    assert done.returncode == 2
    assert f"{rules}:3: rule[1].pattern" in done.stderr.decode()
    assert "explodes on lines such as" in done.stderr.decode()
    rules.write_text("")
    assert "has no [[rule]]" in scan("-", "--rules", str(rules)).stderr.decode()
    assert "is no time" in scan("-", "--since", "yesterday-ish").stderr.decode()


def test_a_closed_output_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("ERROR\n" * 50_000)
    with subprocess.Popen(
        [*COMMAND, str(tmp_path / "a.log")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(megabytes: int) -> int:
        log = tmp_path / f"{megabytes}.log"
        log.write_bytes((b"x" * 99 + b"\n") * 9999 * megabytes + b"ERROR\n")
        # What a process begins as counts as its own: one in between is small.
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *COMMAND, str(log), "--count"],
            capture_output=True,
            check=True,
            text=True,
        )
        return int(done.stdout)

    small, large = peak(2), peak(60)
    assert large < small + 8 * 1024

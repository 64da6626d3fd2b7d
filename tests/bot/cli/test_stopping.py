"""Signals, at whatever instant and in whichever thread they come."""

import subprocess
import sys

PRELUDE = "import os, random, signal, threading\nfrom bot.cli import stopping\n"
ANOTHER_THREAD = """
stop = stopping.Stop()
def strike():
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Timer(0.05, strike).start()
stop.wait()
"""
ANY_INSTANT = """
anew = threading.Event()
chosen = random.Random(1)
stop = stopping.Stop({signal.SIGHUP: anew.set})
def strike(wait_s):
    for _ in range(5):
        os.kill(os.getpid(), signal.SIGHUP)
    threading.Event().wait(wait_s)
    os.kill(os.getpid(), signal.SIGTERM)
for _ in range(300):
    striker = threading.Thread(target=strike, args=(chosen.uniform(0.0, 0.0005),))
    striker.start()
    while striker.is_alive():
        anew.wait(0.0)  # in and out of its lock
    stop.wait()
    striker.join()
"""
NEVER_ENDS = """
stopping.LONGEST_STOP_S = 0.2
stop = stopping.Stop()
os.kill(os.getpid(), signal.SIGTERM)
stop.wait()
def hold_up_the_end():
    threading.Event().wait()
threading.Thread(target=hold_up_the_end).start()
"""


def played(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_signal_that_meets_another_thread_wakes_the_main_thread() -> None:
    done = played(ANOTHER_THREAD)

    assert (done.returncode, done.stderr) == (0, "")


def test_signals_at_any_instant_end_the_wait() -> None:
    done = played(ANY_INSTANT)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_stop_that_comes_to_no_end_is_given_up_and_says_where_it_stood() -> None:
    done = played(NEVER_ENDS)

    assert done.returncode == 1
    assert "hold_up_the_end" in done.stderr

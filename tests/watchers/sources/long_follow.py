"""The model of `test_follow_model` for as long as one likes: an hour without an argument.

python -m tests.watchers.sources.long_follow [MINUTES]
"""

import random
import sys

import click
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.watchers.sources.follow_model import FollowedFile
from watchers.clock import SystemClock

AT_ONCE = 20
STEPS = 40


def main(minutes: float) -> None:
    clock = SystemClock()
    until = clock.monotonic() + minutes * 60
    chosen = settings(
        max_examples=AT_ONCE,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    histories = 0
    while clock.monotonic() < until:
        number = random.SystemRandom().randrange(1 << 32)
        click.echo(f"seed {number}, {histories} histories so far")
        run_state_machine_as_test(seed(number)(FollowedFile), settings=chosen)
        histories += AT_ONCE
    click.echo(f"{histories} histories of up to {STEPS} steps: every line once and in order")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)

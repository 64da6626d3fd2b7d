"""Random writes, rotations of every style, cuts, deletions and kills: every line once, in order."""

from hypothesis import settings

from tests.watchers.sources.follow_model import FollowedFile

FollowedFile.TestCase.settings = settings(max_examples=25, stateful_step_count=15, derandomize=True)
TestFollowedFile = FollowedFile.TestCase

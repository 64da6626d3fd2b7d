"""Random writes, rotations of every style, cuts, deletions and kills: every line once, in order."""

from hypothesis import settings

from tests.watchers.sources.follow_model import FollowedFile

# The same histories every time; `long_follow` plays others for as long as one likes.
FollowedFile.TestCase.settings = settings(max_examples=60, stateful_step_count=20, derandomize=True)
TestFollowedFile = FollowedFile.TestCase

"""The kinds of rules: one table that names them all."""

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Discriminator, Tag

from watchers.detectors.base import RuleSettings
from watchers.detectors.cardinality import CardinalityRule
from watchers.detectors.change import ChangeRule
from watchers.detectors.dynamic import DynamicRule
from watchers.detectors.flatline import FlatlineRule
from watchers.detectors.frequency import FrequencyRule
from watchers.detectors.keyword import KeywordRule
from watchers.detectors.lists import BlacklistRule, WhitelistRule
from watchers.detectors.new_template import NewTemplateRule
from watchers.detectors.new_term import NewTermRule
from watchers.detectors.percentage import PercentageRule
from watchers.detectors.spike import SpikeRule
from watchers.detectors.template_spike import TemplateSpikeRule
from watchers.detectors.threshold import ThresholdRule
from watchers.detectors.vanished_template import VanishedTemplateRule
from watchers.detectors.vector import VectorRule

ANY = "any"


def _kind(value: object) -> str:
    """What stands behind ``kind``; a rule that names none is of kind ``any``."""
    named = value.get("kind", ANY) if isinstance(value, dict) else getattr(value, "kind", ANY)
    return named if isinstance(named, str) else repr(named)


Rule = Annotated[
    Annotated[KeywordRule, Tag(ANY)]
    | Annotated[BlacklistRule, Tag("blacklist")]
    | Annotated[WhitelistRule, Tag("whitelist")]
    | Annotated[FrequencyRule, Tag("frequency")]
    | Annotated[SpikeRule, Tag("spike")]
    | Annotated[FlatlineRule, Tag("flatline")]
    | Annotated[ChangeRule, Tag("change")]
    | Annotated[NewTermRule, Tag("new_term")]
    | Annotated[CardinalityRule, Tag("cardinality")]
    | Annotated[PercentageRule, Tag("percentage")]
    | Annotated[ThresholdRule, Tag("threshold")]
    | Annotated[DynamicRule, Tag("dynamic")]
    | Annotated[VectorRule, Tag("vector")]
    | Annotated[NewTemplateRule, Tag("new_template")]
    | Annotated[VanishedTemplateRule, Tag("vanished_template")]
    | Annotated[TemplateSpikeRule, Tag("template_spike")],
    Discriminator(_kind),
]
"""A rule of any kind."""
KINDS: Mapping[str, type[RuleSettings]] = {
    get_args(one)[1].tag: get_args(one)[0] for one in get_args(get_args(Rule)[0])
}
"""The settings of each kind, by the word that stands behind ``kind``."""

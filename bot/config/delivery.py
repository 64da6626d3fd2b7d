"""``[delivery]``: how messages are sent."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.config.span import Span

FREE_PLAN = 10_000
"""API calls a month of a tenant that pays nothing."""


class DeliverySection(BaseModel):
    """``[delivery]``: how messages are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    monthly_calls: int = Field(default=FREE_PLAN, ge=0)
    digest_after: Span = timedelta(hours=6)
    rush: Span = timedelta(seconds=10)

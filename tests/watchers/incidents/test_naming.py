"""Which services a message is about."""

import pytest

from watchers.incidents.naming import named_in

SERVICES = frozenset({"billing", "payment", "api-gateway", "inventory", "orders"})


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("upstream billing answered 503 for request f6e3", ["billing"]),
        ("call to api-gateway timed out after 3000 ms", ["api-gateway"]),
        ("'payment' is unreachable", ["payment"]),
        ("GET http://orders:8080/v1/items failed", ["orders"]),
        ("peer=billing code=503", ["billing"]),
        ("dependency billing.prod.svc: deadline exceeded", ["billing"]),
        ("调用 billing 失败", ["billing"]),
        ("payment provider answered 582 for charge ch_1", []),
        ("circuit breaker 'inventory-client' is OPEN", []),
        ("moved 12 orders into the queue", []),
        ("nothing of interest", []),
    ],
)
def test_a_service_is_named_when_a_word_beside_it_says_that_somebody_is_meant(
    message: str, named: list[str]
) -> None:
    assert named_in(message, SERVICES) == named


def test_a_very_long_message_is_not_read_whole() -> None:
    assert named_in("x " * 5000 + "upstream billing failed", SERVICES) == []

"""What is a value in a token, and what is not."""

import pytest

from watchers.detectors.templates.masks import masked, with_fields_masked


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        ("declined,", "declined,"),
        ("https://a.example/x?y=1", "<*>"),
        ("https://a.example/x?y=1,", "<*>,"),
        ("alice@example.com", "<*>"),
        ("10.0.0.1:8080", "<*>"),
        ("(10.0.0.1)", "(<*>)"),
        ("/var/log/app.log:", "<*>:"),
        ("~/x/y", "<*>"),
        ("C:\\Windows\\x.dll", "<*>"),
        ("0x7fed806eb5d", "<*>"),
        ("123e4567-e89b-12d3-a456-426614174000", "<*>"),
        ("00:1b:44:11:3a:b7", "<*>"),
        ("fe80::1ff:fe23:4567:890a", "<*>"),
        ("web-01:8080", "<*>"),
        ("localhost:9200", "<*>"),
        ("gw1.example.org", "<*>"),
        ("com.example.pay", "<*>"),
        ("com.example.PayException:", "com.example.PayException:"),
        ("java.io.IOException:", "java.io.IOException:"),
        ("cn.example.action.SCREEN_ON", "cn.example.action.SCREEN_ON"),
        ("report-7.csv", "<*>"),
        ("a64f992", "<*>"),
        ("blk_-160899", "<*>"),
        ("node-12", "node-<*>"),
        ("eth0", "eth<*>"),
        ("u0", "<*>"),
        ("-12.5%", "<*>%"),
        ("id=7,", "id=<*>,"),
        ("ws=Source{1000},", "ws=<*>,"),
        ("Surface(name=main)", "Surface(name=<*>)"),
        ("token=", "token="),
        ("level=error", "level=error"),
        ("a==b", "a==b"),
        ("'x-1'", "<*>"),
        ("'Active'", "'Active'"),
        ("pay-5d9f8abc12-xk2qz", "<*>"),
        ("SHA256:dvUlbmX9sT2aPqLmRk83", "SHA<*>:<*>"),
        ("订单123支付", "订单<*>支付"),
    ],
)
def test_a_value_in_a_token_is_masked(token: str, wanted: str) -> None:
    assert masked(token) == wanted


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ('tag="View Lock" x', "tag=<*> x"),
        ('level=info msg="was seen" user="a b"', 'level=info msg="was seen" user=<*>'),
        (
            '{"level":"error","msg":"card declined","order": 17,"user":"a \\"b\\" c"}',
            '{"level":"error","msg":"card declined","order":<*>,"user":<*>}',
        ),
    ],
)
def test_fields_that_may_hold_spaces_are_masked_whole(message: str, wanted: str) -> None:
    assert with_fields_masked(message) == wanted

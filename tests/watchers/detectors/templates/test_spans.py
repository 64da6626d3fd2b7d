"""What is a value that may hold spaces, in English and in Chinese."""

import pytest

from watchers.detectors.templates.spans import with_spans_masked


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ('tag="View Lock" x', "tag=<*> x"),
        ('level=info msg="was seen" user="a b"', 'level=info msg="was seen" user=<*>'),
        (
            '{"level":"error","msg":"card declined","order": 17,"user":"a \\"b\\" c","to":["x"]}',
            '{"level":"error","msg":"card declined","order":<*>,"user":<*>,"to":<*>}',
        ),
        ('got {"id": 1, "a": {"b": [1, 2]}} from x', "got <*> from x"),
        ('got {"id": 1, "cut off', 'got {"id": 1, "cut off'),
        ("got {'id': 1, 'b': None} from x", "got <*> from x"),
        ("file 'a 12' is gone", "file <*> is gone"),
        ("product 'red shirt' is gone", "product 'red\u2423shirt' is gone"),
        ('failed with error "no such file"', 'failed with error "no such file"'),
        ('request: "GET / HTTP/1.1"', 'request: "GET <*> HTTP/1.1"'),
        (
            "SELECT a FROM b WHERE c IN (1, 2) AND d = 'x y';",
            "SELECT a FROM b WHERE c IN <*> AND d = <*>;",
        ),
        ("INSERT INTO t VALUES (1, 'a)b'), (2, 'c')", "INSERT INTO t VALUES <*>"),
        ("rx 0A FF 1C crc", "rx <*> crc"),
        ("AB CD EF is no dump", "AB CD EF is no dump"),
        ("t-1,temp,21.5,C", "<*>, temp, <*>, C"),
        ("tx 1F EB crc", "tx <*> crc"),
        ("  at a.b.C.d(C.java:7)", "at <*>"),
        ("  at Object.<anonymous> (/x/y.js:1:2)", "at <*>"),
        ("at last (it works) fine", "at <*> fine"),
    ],
)
def test_values_that_may_hold_spaces_are_masked_whole(message: str, wanted: str) -> None:
    assert with_spans_masked(message) == wanted


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (
            "订单3支付失败，渠道：微信，原因：余额不足",
            "订单3支付失败， 渠道： <*>， 原因： 余额不足",
        ),
        ("订单NO33支付失败,渠道:微信,错误码:E1", "订单<*>支付失败, 渠道: <*>, 错误码: <*>"),
        ("于2026年3月1日 12:30:05提交", "于<*>提交"),
        ("用时1小时20分", "用时<*>"),
        ("第十二次重试", "第<*>次重试"),
        ("定时任务【日报统计】开始执行", "定时任务 【<*>】 开始执行"),
        ("【订单服务】启动完成", "【订单服务】 启动完成"),
        ("商品[红色 XL]库存不足", "商品[<*>]库存不足"),
        ("错误：连接被拒绝", "错误： 连接被拒绝"),
        ("调用接口/api/v1?a=b超时", "调用接口<*>超时"),
    ],
)
def test_chinese_is_parted_at_its_punctuation(message: str, wanted: str) -> None:
    assert with_spans_masked(message) == wanted

"""A trace in GBK, written a while before it is read: whole on its card, with both times."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from town import OPS, Town

from watchers.clock import SystemClock

AGO = timedelta(minutes=17)
WATCH = 'encoding = "gbk"\nformat = "java"\ntime_zone = "Asia/Shanghai"\n'


def test_a_java_trace_in_gbk_comes_whole_with_when_it_was_written(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=WATCH)
    town.run()
    ops = town.chat(OPS)
    ops.ask("/subscribe level>=high")
    at = (SystemClock().now() - AGO).astimezone(ZoneInfo("Asia/Shanghai"))
    trace = (
        f"{at:%Y-%m-%d %H:%M:%S},120 [http-3] ERROR com.shop.pay.Gateway - 扣款失败 订单=A1043",
        "java.net.SocketTimeoutException: 读取超时",
        *(f"\tat com.shop.pay.Gateway.step{n}(Gateway.java:{n})" for n in range(9)),
        "Caused by: java.io.IOException: 连接被对端重置",
        f"{at:%Y-%m-%d %H:%M:%S},125 [http-3] INFO com.shop.pay.Gateway - 下一笔",
    )
    with (town.folder / "pay.log").open("ab") as log:
        log.write("".join(f"{line}\n" for line in trace).encode("gbk"))
    card = ops.expect_card("扣款失败")
    assert "SocketTimeoutException: 读取超时" in card.text
    assert "连接被对端重置" in card.text
    card.shows("日志写于").shows(f"{at:%H:%M:%S}，读取于")
    whole = ops.ask("/timeline 1")
    assert "首次触发（日志写于" in whole.text
    found = ops.ask("/logs 扣款失败")
    assert f"{at:%H:%M:%S}" in found.text

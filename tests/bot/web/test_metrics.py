"""What Prometheus reads of delivery."""

from bot.web.factory import create_app
from bot.web.metrics import exposition
from tests.bot.feishu import samples
from tests.fakes import MovableClock


def test_figures_are_in_the_text_form() -> None:
    lines = exposition(
        samples.figures(misfires=3, tripped=1, unheard=2, fields_left_out=7)
    ).splitlines()
    assert 'larkwatch_deliveries_total{purpose="first",result="sent"} 40' in lines
    assert 'larkwatch_outbox_waiting{kind="feishu_chat"} 2' in lines
    assert "larkwatch_breakers_open 1" in lines
    assert "larkwatch_api_calls_month 4213" in lines
    assert "larkwatch_api_calls_quota 10000" in lines
    assert "larkwatch_misfires_total 3" in lines
    assert "larkwatch_alerts_unheard 2" in lines
    assert "larkwatch_field_series_left_out_total 7" in lines
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    shown = {line.partition("{")[0].split()[0] for line in lines if not line.startswith("#")}
    assert shown == named


def test_they_are_served_beside_what_was_turned_away() -> None:
    app = create_app(clock=MovableClock(), unready=list, look=samples.figures)
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert "larkwatch_http_rejected_total" in text
    assert "larkwatch_deliveries_total" in text

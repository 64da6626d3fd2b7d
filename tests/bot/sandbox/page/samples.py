"""Cards and messages that show the page everything it has to draw."""

from typing import Any

Json = dict[str, Any]

BOT, OWNER, SECOND = "ou_bot", "ou_lin", "ou_wang"
GROUP, QUIET_GROUP, PRIVATE = "oc_prod", "oc_data", "oc_p2p_lin"
NOW_MS = 1_795_400_000_000


def plain(content: str, **more: Any) -> Json:
    """A literal text object."""
    return {"tag": "plain_text", "content": content, **more}


def markdown(content: str, **more: Any) -> Json:
    """A markdown component."""
    return {"tag": "markdown", "content": content, **more}


def button(text: str, value: Json | None = None, **more: Any) -> Json:
    """A button that calls back with `value`, or with nothing at all."""
    behaviors = [] if value is None else [{"type": "callback", "value": value}]
    return {"tag": "button", "text": plain(text), "behaviors": behaviors, **more}


def columns(*elements: list[Json], **more: Any) -> Json:
    """Columns of equal weight."""
    return {
        "tag": "column_set",
        "columns": [
            {
                "tag": "column",
                "width": "weighted",
                "weight": 1,
                "vertical_spacing": "2px",
                "elements": list(inner),
            }
            for inner in elements
        ],
        **more,
    }


def row(*elements: Json) -> Json:
    """Elements side by side that wrap."""
    return {
        "tag": "column_set",
        "flex_mode": "flow",
        "columns": [
            {"tag": "column", "width": "auto", "elements": [element]} for element in elements
        ],
    }


def card(title: str, elements: list[Json], template: str = "blue", **header: Any) -> Json:
    """A Card JSON 2.0 around `elements`."""
    return {
        "schema": "2.0",
        "config": {"update_multi": True},
        "header": {"title": plain(title), "template": template, **header},
        "body": {"elements": elements},
    }


def tag(text: str, color: str) -> Json:
    """A tag of the header."""
    return {"tag": "text_tag", "text": plain(text), "color": color}


def labelled(label: str, value: str) -> list[Json]:
    """A grey caption over a value."""
    return [
        {
            "tag": "div",
            "text": plain(label, text_color="grey", text_size="normal"),
        },
        markdown(value),
    ]


BARS = [4, 4, 6, 5, 6, 6, 5, 7, 5, 6, 5, 4, 5, 5, 3, 2, 4, 5, 4, 6, 12, 16, 24, 25, 22, 17, 12, 10]

BAR_CHART: Json = {
    "tag": "chart",
    "height": "130px",
    "chart_spec": {
        "type": "bar",
        "data": {"values": [{"t": f"02:{n:02}", "v": v} for n, v in enumerate(BARS)]},
        "xField": "t",
        "yField": "v",
        "color": ["#f54a45"],
        "bar": {"style": {"cornerRadius": 2}},
        "markLine": [
            {
                "y": 20,
                "line": {"style": {"stroke": "#8f959e", "lineDash": [4, 3]}},
                "endSymbol": {"visible": False},
            }
        ],
    },
}

LINE_CHART: Json = {
    "tag": "chart",
    "height": "240px",
    "chart_spec": {
        "type": "line",
        "title": {"text": "端到端告警延迟 (ms)"},
        "data": {
            "values": [
                {"t": f"{hour:02}:00", "v": base + (hour * step) % 40, "s": name}
                for name, base, step in (("P50", 40, 1), ("P95", 100, 7), ("P99", 160, 11))
                for hour in range(24)
            ]
        },
        "xField": "t",
        "yField": "v",
        "seriesField": "s",
        "line": {"style": {"curveType": "monotone", "lineWidth": 2}},
        "point": {"visible": False},
        "legends": {"visible": True, "orient": "bottom"},
    },
}


def gauge(name: str, share: float, color: str) -> Json:
    """A ring that is `share` full."""
    return {
        "tag": "chart",
        "height": "110px",
        "chart_spec": {
            "type": "circularProgress",
            "data": {"values": [{"type": name, "value": share}]},
            "valueField": "value",
            "categoryField": "type",
            "seriesField": "type",
            "radius": 0.9,
            "innerRadius": 0.78,
            "cornerRadius": 20,
            "color": [color],
            "indicator": {
                "visible": True,
                "trigger": "none",
                "title": {
                    "visible": True,
                    "style": {"text": f"{share:.0%}", "fontSize": 18, "fontWeight": "bold"},
                },
                "content": [{"visible": True, "style": {"text": name, "fontSize": 12}}],
            },
        },
    }


LOG = """\
2026-11-23 02:14:07,318 ERROR [order-api] [http-7] c.s.pay.Gateway - charge failed for 88123
java.net.SocketTimeoutException: Read timed out
    at c.s.pay.http.Pool.lease(Pool.java:214)
    at c.s.pay.Gateway.charge(Gateway.java:88)
2026-11-23 02:14:07,322 ERROR [order-api] [http-7] retry 3/3 exhausted"""


def alert_body() -> list[Json]:
    """What the firing and the acknowledged card share."""
    return [
        columns(
            labelled("服务", "**order-api**"),
            labelled("环境 / 主机", "prod ・ **web-03**"),
            labelled("首次 → 最近", "02:11:52 → **02:14:07**"),
            labelled("命中次数", "**128** <font color='red'>↑ 6.4×</font>"),
            flex_mode="bisect",
        ),
        markdown(
            "**规则** `支付网关超时` `ERROR` 5 分钟内 ≥ 20 次，当前 **128 次**；"
            f"负责人 <at id={OWNER}></at> <at id={SECOND}></at>"
        ),
        BAR_CHART,
        {
            "tag": "collapsible_panel",
            "expanded": True,
            "border": {"color": "grey-300", "corner_radius": "6px"},
            "header": {
                "title": {
                    "tag": "markdown",
                    "content": "**日志摘录** <font color='grey'>/var/log/order/app.log</font>",
                },
                "background_color": "grey",
            },
            "elements": [markdown(f"```log\n{LOG}\n```")],
        },
        {"tag": "hr"},
    ]


ALERT = card(
    "支付网关超时 ・ order-api",
    [
        *alert_body(),
        row(
            button("认领 Ack", {"action": "ack", "alert": 7}, type="primary_filled"),
            button("静默 1h", {"action": "mute", "alert": 7, "hours": 1}),
            button("标记恢复", {"action": "resolve", "alert": 7}, type="danger"),
            {
                "tag": "overflow",
                "options": [
                    {"text": plain("静默 4h"), "value": "mute-4h"},
                    {"text": plain("为什么收到"), "value": "why"},
                ],
                "behaviors": [{"type": "callback", "value": {"action": "more", "alert": 7}}],
            },
        ),
    ],
    template="red",
    subtitle=plain("指纹 2f81c0 ・ 聚合 128 条 ・ 规则 pay-gateway-timeout"),
    text_tag_list=[tag("P1", "red"), tag("🔥 触发中", "red")],
)

ACKNOWLEDGED = card(
    "支付网关超时 ・ order-api",
    [
        *alert_body(),
        markdown(f"✅ <at id={OWNER}></at> <font color='grey'>于 02:43:41 认领</font>"),
        row(
            button("标记恢复", {"action": "resolve", "alert": 7}, type="primary"),
            button("静默 1h", {"action": "mute", "alert": 7, "hours": 1}),
        ),
    ],
    template="orange",
    subtitle=plain("指纹 2f81c0 ・ 聚合 128 条 ・ 规则 pay-gateway-timeout"),
    text_tag_list=[tag("P1", "red"), tag("已认领", "orange")],
)


def tile(name: str, figure: str, note: str) -> Json:
    """A filled column with a figure."""
    return {
        "tag": "column",
        "width": "weighted",
        "weight": 1,
        "background_style": "grey",
        "padding": "10px 12px 10px 12px",
        "vertical_spacing": "2px",
        "elements": [
            {"tag": "div", "text": plain(name, text_color="grey", text_size="notation")},
            markdown(figure, text_size="heading-3"),
            {"tag": "div", "text": plain(note, text_color="grey", text_size="notation")},
        ],
    }


SOURCES_TABLE: Json = {
    "tag": "table",
    "page_size": 3,
    "columns": [
        {"name": "source", "display_name": "来源", "data_type": "text"},
        {"name": "state", "display_name": "状态", "data_type": "options"},
        {
            "name": "rate",
            "display_name": "行/秒",
            "data_type": "number",
            "horizontal_align": "right",
            "format": {"precision": 0, "separator": True},
        },
        {
            "name": "lag",
            "display_name": "延迟",
            "data_type": "lark_md",
            "horizontal_align": "right",
        },
        {"name": "seen", "display_name": "最近", "data_type": "date", "date_format": "HH:mm"},
        {"name": "who", "display_name": "值班", "data_type": "persons"},
    ],
    "rows": [
        {
            "source": name,
            "state": [{"text": state, "color": color}],
            "rate": rate,
            "lag": lag,
            "seen": NOW_MS,
            "who": OWNER,
        }
        for name, state, color, rate, lag in (
            ("file:/var/log/order/*.log", "正常", "green", 9120, "12 ms"),
            ("kafka:app-logs", "落后", "orange", 6004, "<font color='orange'>**2.1 s**</font>"),
            ("syslog:udp/5514", "正常", "green", 2210, "4 ms"),
            ("otlp:4318", "正常", "green", 1085, "9 ms"),
        )
    ],
}

STATUS = card(
    "系统健康 /status",
    [
        {
            "tag": "column_set",
            "flex_mode": "bisect",
            "columns": [
                tile("吞吐", "<font color='blue'>**18.4k**</font> 行/秒", "较昨日 +6%"),
                tile("活跃告警", "<font color='red'>**3**</font> 条", "P1×1 P2×2"),
                tile("误报率", "<font color='green'>**1.2**</font> %", "目标 ≤ 5%"),
                tile("投递成功", "<font color='green'>**99.98**</font> %", "重试 4 次"),
            ],
        },
        LINE_CHART,
        columns(
            [gauge("CPU", 0.37, "#3370ff")],
            [gauge("内存", 0.62, "#7f3bf5")],
            [gauge("队列水位", 0.18, "#12b8a0")],
            [gauge("磁盘", 0.86, "#ff811a")],
            flex_mode="bisect",
        ),
        SOURCES_TABLE,
    ],
    icon={"tag": "standard_icon", "token": "chart_outlined"},
    subtitle=plain("最近 24 小时 ・ 更新于 02:36:10"),
    text_tag_list=[tag("4 个来源在线", "green"), tag("1 个落后", "orange")],
)


def option(text: str, value: str) -> Json:
    """An entry of a select."""
    return {"text": plain(text), "value": value}


FORM = card(
    "订阅告警",
    [
        markdown("选择你关心的级别与服务，命中后会在本群 **@你**；P1 可选电话加急。"),
        {
            "tag": "form",
            "name": "subscribe",
            "elements": [
                {
                    "tag": "input",
                    "name": "pattern",
                    "label": plain("关键字或正则"),
                    "required": True,
                    "default_value": "SocketTimeout",
                },
                columns(
                    [
                        markdown("级别"),
                        {
                            "tag": "multi_select_static",
                            "name": "levels",
                            "options": [
                                option("P1 紧急", "p1"),
                                option("P2 重要", "p2"),
                                option("P3 一般", "p3"),
                            ],
                            "selected_values": ["p1", "p2"],
                        },
                    ],
                    [
                        markdown("服务"),
                        {
                            "tag": "select_static",
                            "name": "service",
                            "options": [option("order-api", "order"), option("pay", "pay")],
                            "initial_option": "order",
                        },
                    ],
                    flex_mode="stretch",
                ),
                columns(
                    [
                        markdown("静默开始"),
                        {"tag": "picker_time", "name": "from", "initial_time": "22:00"},
                    ],
                    [
                        markdown("静默结束"),
                        {"tag": "picker_time", "name": "until", "initial_time": "07:30"},
                    ],
                    flex_mode="stretch",
                ),
                {"tag": "date_picker", "name": "day", "initial_date": "2026-11-23"},
                {
                    "tag": "picker_datetime",
                    "name": "moment",
                    "initial_datetime": "2026-11-23 07:07",
                },
                {"tag": "select_person", "name": "owner", "required": True},
                {"tag": "multi_select_person", "name": "team", "selected_values": [SECOND]},
                {"tag": "checker", "name": "phone", "text": plain("P1 电话加急")},
                row(
                    {
                        "tag": "button",
                        "name": "save",
                        "text": plain("保存订阅"),
                        "type": "primary_filled",
                        "form_action_type": "submit",
                        "behaviors": [{"type": "callback", "value": {"action": "subscribe"}}],
                    },
                    {
                        "tag": "button",
                        "name": "clear",
                        "text": plain("重置"),
                        "form_action_type": "reset",
                    },
                ),
            ],
        },
    ],
    template="turquoise",
    icon={"tag": "standard_icon", "token": "bell_outlined"},
)

DIALECT = """# 标题
**bold** *italic* ~~gone~~ `code` [link](https://example.com) https://example.com/auto
<at id=all></at> <at ids=ou_lin,ou_wang></at>
<font color='red'>red **bold**</font> <text_tag color='blue'>tag</text_tag>
<link icon='chat_outlined' url='https://example.com'>open</link>
<a href='https://example.com'>a</a> <number_tag>7</number_tag>
<local_datetime millisecond='1700000000000' format_type='date_num'></local_datetime>
<person id='ou_lin'></person> <raw>**raw**</raw>
&#60;b&#62;entity&#60;/b&#62; :DONE: ![hover](img_v3_key)<br>after break

> quote

- one
- two

| a | b |
|---|---|
| 1 | 2 |

---

    indented code
"""

CHART_KINDS: list[Json] = [
    {
        "type": kind,
        "data": {"values": [{"kind": "a", "share": 0.3}, {"kind": "b", "share": 0.5}]},
        **fields,
    }
    for kind, fields in (
        ("area", {"xField": "kind", "yField": "share"}),
        ("bar", {"xField": "share", "yField": "kind", "direction": "horizontal"}),
        (
            "pie",
            {
                "valueField": "share",
                "categoryField": "kind",
                "outerRadius": 0.9,
                "innerRadius": 0.6,
            },
        ),
        ("funnel", {"valueField": "share", "categoryField": "kind"}),
        ("scatter", {"xField": "kind", "yField": "share"}),
        ("radar", {"valueField": "share", "categoryField": "kind"}),
        ("linearProgress", {"xField": "share", "yField": "kind"}),
        ("wordCloud", {"nameField": "kind", "valueField": "share"}),
    )
] + [
    {
        "type": "common",
        "data": [
            {"id": "bars", "values": [{"x": "a", "y": 1}, {"x": "b", "y": 2}]},
            {"id": "lines", "values": [{"x": "a", "y": 2}, {"x": "b", "y": 1}]},
        ],
        "series": [
            {"type": "bar", "dataIndex": 0, "xField": "x", "yField": "y"},
            {"type": "line", "dataIndex": 1, "xField": "x", "yField": "y"},
        ],
        "axes": [{"orient": "left"}, {"orient": "bottom"}],
    }
]

BUTTON_TYPES = [
    "default",
    "primary",
    "danger",
    "text",
    "primary_text",
    "danger_text",
    "primary_filled",
    "danger_filled",
    "laser",
]

EVERYTHING = card(
    "Everything",
    [
        markdown(DIALECT),
        {
            "tag": "div",
            "text": {"tag": "lark_md", "content": "**div** with lark_md"},
            "icon": {"tag": "standard_icon", "token": "warn_filled", "color": "orange"},
        },
        {"tag": "div", "text": plain("two lines\nof text", text_size="notation", lines=2)},
        {"tag": "img", "img_key": "img_v3_a", "alt": plain("a picture"), "size": "200px 60px"},
        {
            "tag": "img_combination",
            "combination_mode": "trisect",
            "img_list": [{"img_key": "img_1"}, {"img_key": "img_2"}, {"img_key": "img_3"}],
        },
        {"tag": "person", "user_id": OWNER, "show_name": True},
        {"tag": "person_list", "persons": [{"id": OWNER}, {"id": SECOND}]},
        {
            "tag": "interactive_container",
            "has_border": True,
            "background_style": "blue-50",
            "behaviors": [{"type": "callback", "value": {"action": "container"}}],
            "elements": [markdown("press **anywhere**")],
        },
        row(
            *(button(kind, {"type": kind}, type=kind, size="small") for kind in BUTTON_TYPES),
            *(
                button(size, {"size": size}, size=size)
                for size in ("tiny", "small", "medium", "large")
            ),
            button(
                "icon", {"i": 1}, icon={"tag": "standard_icon", "token": "alarm-clock_outlined"}
            ),
            button("disabled", {"d": 1}, disabled=True),
        ),
        {
            "tag": "select_static",
            "options": [option("一", "1"), option("二", "2")],
            "behaviors": [{"type": "callback", "value": {"action": "choose"}}],
        },
        {"tag": "input", "behaviors": [{"type": "callback", "value": {"action": "write"}}]},
        {"tag": "input", "input_type": "multiline_text", "label": plain("long"), "rows": 2},
        {"tag": "input", "input_type": "password", "label_position": "left", "label": plain("pw")},
        {
            "tag": "checker",
            "text": plain("a task"),
            "checked_style": {"show_strikethrough": True, "opacity": 0.5},
            "behaviors": [{"type": "callback", "value": {"action": "check"}}],
        },
        {"tag": "picker_time", "behaviors": [{"type": "callback", "value": {"action": "time"}}]},
        {"tag": "select_img", "options": [{"img_key": "img_1", "value": "1"}]},
        SOURCES_TABLE,
        {
            "tag": "collapsible_panel",
            "header": {"title": plain("folded")},
            "elements": [markdown("inside the fold")],
        },
        {"tag": "from_the_future"},
        *({"tag": "chart", "height": "120px", "chart_spec": spec} for spec in CHART_KINDS),
    ],
    template="violet",
)

HOSTILE = [
    "<script>window.pwned=1</script>",
    "<img src=x onerror='window.pwned=1'>",
    "<img src='http://127.0.0.1:9/leak.png'>",
    "<svg onload='window.pwned=1'></svg>",
    "<iframe src='javascript:window.pwned=1'></iframe>",
    "[x](javascript:window.pwned=1)",
    "[x](JaVaScRiPt&#58;window.pwned=1)",
    "[x](data:text/html,<script>window.pwned=1</script>)",
    "![x](http://127.0.0.1:9/leak.png)",
    "<a href='javascript:window.pwned=1'>x</a>",
    "<link url='javascript:window.pwned=1'>x</link>",
    "<font color='red;background:url(http://127.0.0.1:9/leak)'>x</font>",
    "<font color=\"red' onmouseover='window.pwned=1\">x</font>",
    "<text_tag color='\"><script>window.pwned=1</script>'>x</text_tag>",
    "<at id='\"><img src=x onerror=window.pwned=1>'></at>",
    "<local_datetime millisecond='x' link='javascript:window.pwned=1'></local_datetime>",
    "<raw><img src=x onerror=window.pwned=1></raw>",
    "&#60;img src=x onerror=window.pwned=1&#62;",
    "```<img src=x onerror=window.pwned=1>\n<script>window.pwned=1</script>\n```",
    "<style>*{display:none}</style><math><mtext></form><form><mglyph><style></math>",
    "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1} <!-- --> ]]>",
]


def message(number: int, content: Json, **more: Any) -> Json:
    """A message of the bot, or of whom `more` says."""
    return {
        "message_id": f"om_{number}",
        "chat_id": GROUP,
        "sender": {"id": "cli_0123456789abcdef", "type": "app", "name": "Larkwatch"},
        "msg_type": "interactive",
        "content": content,
        "create_time": NOW_MS + number * 1000,
        "update_time": NOW_MS + number * 1000,
        "deleted": False,
        "parent_id": None,
        "revision": 1,
        "visible_to": None,
        "urgent": [],
        "mentions": [],
        **more,
    }


def said(number: int, text: str, by: str = OWNER, name: str = "林晓", **more: Any) -> Json:
    """A line that a person wrote to the bot."""
    return message(
        number,
        {"text": f"@_user_1 {text}"},
        sender={"id": by, "type": "user", "name": name},
        msg_type="text",
        mentions=[{"key": "@_user_1", "id": BOT, "name": "Larkwatch"}],
        **more,
    )


SHOWCASE = [message(3, STATUS), message(5, FORM), message(6, ALERT)]

WELCOME = card(
    "你好，我是 Larkwatch",
    [
        markdown("我盯着日志，有事在这里说。发 `/help` 看看我会什么。"),
        row(button("订阅本群", {"action": "subscribe"}, type="primary_filled")),
    ],
)

CONVERSATION = [
    message(
        1,
        {"text": "林晓 添加 Larkwatch 进群"},
        msg_type="system",
        sender={"id": "", "type": "system", "name": ""},
    ),
    said(2, "/status"),
    message(3, WELCOME, parent_id="om_2"),
    said(4, "/subscribe", by=SECOND, name="王磊"),
    message(5, FORM, parent_id="om_4"),
    message(6, WELCOME, urgent=[{"open_id": OWNER, "type": "app"}]),
    message(7, {"text": "只有你能看到这一句"}, msg_type="text", visible_to=OWNER),
    said(8, "撤回了", deleted=True),
]


def town() -> Json:
    """The sandbox's state: two groups and a private chat."""

    def chat(chat_id: str, name: str, **more: Any) -> Json:
        return {
            "chat_id": chat_id,
            "name": name,
            "chat_mode": "group",
            "members": [OWNER, SECOND],
            "owner_id": OWNER,
            "managers": [SECOND],
            "bot_in": True,
            "unread": 0,
            "last": None,
            **more,
        }

    return {
        "app": {
            "app_id": "cli_0123456789abcdef",
            "name": "Larkwatch",
            "bot_open_id": BOT,
            "online": 1,
            "mode": "websocket",
        },
        "users": [
            {"open_id": OWNER, "name": "林晓", "avatar_color": "#7f3bf5"},
            {"open_id": SECOND, "name": "王磊", "avatar_color": "#12b8a0"},
        ],
        "chats": [
            chat(
                GROUP,
                "生产告警群",
                last={"text": "支付网关超时 ・ order-api", "time": NOW_MS + 8000},
            ),
            chat(QUIET_GROUP, "数据平台群", bot_in=False, members=[OWNER]),
            chat(PRIVATE, "Larkwatch", chat_mode="p2p", peer=OWNER, members=[OWNER]),
        ],
        "unknown_calls": 1,
    }


CALLS = [
    {
        "id": 1,
        "time": NOW_MS,
        "direction": "in",
        "kind": "http",
        "method": "POST",
        "path": "/open-apis/im/v1/messages?receive_id_type=chat_id",
        "status": 200,
        "code": 0,
        "ms": 4.2,
        "request": {"receive_id": GROUP},
        "response": {"code": 0, "msg": "success"},
        "unknown": False,
    },
    {
        "id": 2,
        "time": NOW_MS + 900,
        "direction": "out",
        "kind": "ws",
        "method": "PUSH",
        "path": "card.action.trigger",
        "status": 200,
        "code": None,
        "ms": 31.0,
        "request": {"schema": "2.0"},
        "response": {"toast": {"type": "success", "content": "已认领"}},
        "unknown": False,
    },
    {
        "id": 3,
        "time": NOW_MS + 1900,
        "direction": "in",
        "kind": "http",
        "method": "GET",
        "path": "/open-apis/nowhere/v9/things",
        "status": 404,
        "code": 99991672,
        "ms": 0.8,
        "request": "",
        "response": {"code": 404, "msg": "not found"},
        "unknown": True,
    },
]

FAULTS = [
    {
        "name": "rate_limited",
        "label": "429 限流",
        "active": False,
        "api": "*",
        "rate": 1,
        "count": None,
    },
    {
        "name": "lost_reply",
        "label": "做了但不回答",
        "active": True,
        "api": "/im/v1",
        "rate": 0.5,
        "count": 3,
    },
]

LOG_FILES = [
    {
        "name": "app.log",
        "path": "/var/log/order/app.log",
        "lines": ["02:14:06 INFO started", "02:14:07 ERROR card declined", "02:14:08 WARN slow"],
    }
]

COMMANDS = [
    {
        "names": names,
        "usage": {"zh_cn": usage, "en_us": usage},
        "about": {"zh_cn": about, "en_us": about},
        "takes": takes,
    }
    for names, usage, about, takes in (
        (["status", "状态"], "/status", "监控是否正常", False),
        (["alerts", "告警"], "/alerts service=pay", "未解决的告警", True),
        (["alert", "查看"], "/alert 42", "一条告警", True),
        (["mute", "静默"], "/mute 42 1h", "免打扰一段时间", True),
    )
]

_ICONS = """
add add-app alarm alarm-clock alert announce app-default approval arrow-down arrow-left
arrow-right arrow-up attachment bell bell-off bitable block bot bug buzz calendar calendar-add
call camera cancel chart chat chat-add chatbot check check-box clear clock close cloud code
command-center community company copy dashboard data-chart data-analysis delete delete-trash doc
doc-edit down download edit efficiency email emoji error error-hollow eye feedback file
file-link filter fire flag folder forward gift global group guide headset hide history home host
image info info-hollow key keyboard language left lightning like link link-copy list local
location lock loading log logout mail maybe meego member member-add member-new message minus
mobile money more more-add mute myai-colorful network no note notification offline org password
pause pc pen person phone pin play power print privacy processing project qr question read redo
refresh remove rename reply report resume right robot safe safe-settings save schedule search
security send server settings setting share sheet shield sort space speaker star status stop
stopwatch succeed switch sync tab-more tag task team template terminal thumbsup time tips todo
tool top translate trend undo unlock up upload urgent user vote video view vip visible warning
warning-report website wiki windows yes zoom-in
"""
ICON_TOKENS = [f"{name}_{style}" for style in ("outlined", "filled") for name in _ICONS.split()]

"""Sentences in two languages mean the commands that people meant, and no order if none."""

import itertools
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu.commands.lines import named, parse
from bot.feishu.phrases.knowledge import Known
from bot.feishu.phrases.reading import LONGEST, Reading, read

NOW = datetime(2026, 11, 23, 2, 14, 7, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
KNOWN = Known(
    services=("pay", "order", "user-center", "gateway", "支付核心"),
    rules=("panic", "error", "timeout", "oom"),
    hosts=("web-03", "db-1"),
)


def readings(text: str, about: int | None = None) -> tuple[Reading, ...]:
    return read(text, KNOWN, NOW, ZONE, about)


PHRASES = (
    ('支付服务静默一小时', '/mute service=pay 1h'),
    ('谁在值班', '/oncall'),
    ('最近一小时哪些报错最多', '/top 1h'),
    ('最近一小时哪个用户报错最多', '/top user 1h'),
    ('今天哪些接口报错最多', '/top path 11h'),
    ('which users had the most errors in the last hour', '/top user 1h'),
    ('pay 延迟走势', '/trend latency service=pay'),
    ('latency trend of pay over the last 6 hours', '/trend latency service=pay 6h'),
    ('web-03 内存走势', '/trend memory host=web-03'),
    ('disk trend of db-1 last 24 hours', '/trend disk host=db-1 1d'),
    ('pay 为什么没告警', '/why pay'),
    ('把 42 认领了', '/ack 42'),
    ('现在有什么告警', '/alerts'),
    ('今天有多少严重告警', '/alerts level>=critical today'),
    ('who is on call tonight', '/oncall'),
    ('silence pay for an hour', '/mute service=pay 1h'),
    ('what broke in the last 30 minutes', '/alerts 30m'),
    ('show me critical alerts of pay', '/alerts service=pay level>=critical'),
    ('取消 pay 的静默', '/unmute service=pay'),
    ('订单服务最近怎么样', '/alerts service=order 24h'),
    ('机器健康吗', '/health'),
    ("why didn't order alert", '/why order'),
    ('请帮我把支付服务静默两个小时吧', '/mute service=pay 2h'),
    ('can you please mute pay for two hours?', '/mute service=pay 2h'),
    ('mute order until 9am tomorrow', '/mute service=order until 9am tomorrow'),
    ('静默网关到明早九点', '/mute service=gateway 到明早九点'),
    ('pay 别报了', '/mute service=pay'),
    ('哪个服务报错最多', '/top by service'),
    ('how many critical alerts today', '/alerts level>=critical today'),
    ('把42转给@林晓', '/assign 42 @林晓'),
    ('全部认领', '/ack all'),
    ('ack everything', '/ack all'),
    ('resolve all alerts of pay', '/resolve service=pay'),
    ('解决 42', '/resolve 42'),
    ('42 解决了', '/resolve 42'),
    ('42 已解决', '/alert 42'),
    ('谁认领了 42', '/audit 42'),
    ('42 怎么样了', '/alert 42'),
    ('who muted pay', '/mutes'),
    ('is pay muted?', '/mutes'),
    ('pay 被静默了吗', '/mutes'),
    ('静默 pay 和 order 半小时', '/mute service=~"pay|order" 30m'),
    ('看看 web-03 的健康状况', '/health web-03'),
    ('search logs for timeout in the last 30 minutes', '/logs rule=timeout 30m'),
    ('查一下 pay 的 "card declined" 日志', '/logs service=pay "card declined"'),
    ('请说英文', '/lang en'),
    ('switch to english', '/lang en'),
    ('把 42 的级别调成严重', '/severity 42 critical'),
    ('what is muted right now', '/mutes'),
    ('列出所有规则', '/rules'),
    ('panic 规则', '/rule panic'),
    ('trend of pay over the last day', '/trend service=pay 1d'),
    ('pay 最近一天的趋势', '/trend service=pay 1d'),
    ('show resolved alerts of today', '/alerts resolved today'),
    ('我认领的告警', '/alerts mine'),
    ('屏蔽 order 两天', '/mute service=order 2d'),
    ('把订单服务屏蔽半小时', '/mute service=order 30m'),
    ('order 服务静默到今晚十点', '/mute service=order 到今晚十点'),
    ('静默支付服务 30 分钟', '/mute service=pay 30m'),
    ('给支付静默一个半小时', '/mute service=pay 1h30m'),
    ('支付别吵，静默三十分钟', '/mute service=pay 30m'),
    ('麻烦静默一下 gateway 两小时，谢谢', '/mute service=gateway 2h'),
    ('請幫我靜默支付服務一小時', '/mute service=pay 1h'),
    ('ｐａｙ静默２小时', '/mute service=pay 2h'),
    ('支付核心静默一天', '/mute service=支付核心 1d'),
    ('静默 42 两小时', '/mute 42 2h'),
    ('42 静默半小时', '/mute 42 30m'),
    ('把42号告警静默到明天早上八点', '/mute 42 到明天早上八点'),
    ('静默 rule=oom 2h', '/mute rule=oom 2h'),
    ('静默 oom 规则一小时', '/mute rule=oom 1h'),
    ('把规则 oom 静默 3 小时', '/mute rule=oom 3h'),
    ('静默主机 web-03 一天', '/mute host=web-03 1d'),
    ('web-03 静默 2 小时', '/mute host=web-03 2h'),
    ('mute web-03 for the next 2 hours', '/mute host=web-03 2h'),
    ('mute the order service for thirty minutes', '/mute service=order 30m'),
    ('please silence order for half an hour', '/mute service=order 30m'),
    ('snooze 42 for 2 hours', '/mute 42 2h'),
    ('snooze alert 42 until tomorrow morning', '/mute 42 until tomorrow morning'),
    ('mute #42 for a day please', '/mute 42 1d'),
    ('could you mute user-center until 6pm?', '/mute service=user-center until 6pm'),
    ('shut up pay', '/mute service=pay'),
    ('stop alerting on pay for one hour', '/mute service=pay 1h'),
    ('mute pay and order for 45 minutes', '/mute service=~"pay|order" 45m'),
    ('mute alerts from pay for 2h because of a deployment', '/mute service=pay 2h "a deployment"'),
    ('静默 pay 两小时，因为发布', '/mute service=pay 2h "发布"'),
    ('unmute pay', '/unmute service=pay'),
    ('unmute 42', '/unmute 42'),
    ('取消 42 的静默', '/unmute 42'),
    ('解除对支付服务的静默', '/unmute service=pay'),
    ('取消静默 m3', '/unmute m3'),
    ('把 m3 取消', '/unmute m3'),
    ('lift the mute on order', '/unmute service=order'),
    ('remove mute m3', '/unmute m3'),
    ('cancel the mute of pay', '/unmute service=pay'),
    ('m3 再延长一小时', '/mute m3 +1h'),
    ('extend m3 by 2 hours', '/mute m3 +2h'),
    ('认领一下 42', '/ack 42'),
    ('42 我来', '/ack 42'),
    ('42 我来处理', '/ack 42'),
    ('我来处理 42', '/ack 42'),
    ('ack 42 please', '/ack 42'),
    ("I'll take 42", '/ack 42'),
    ('take 42', '/ack 42'),
    ('claim #42', '/ack 42'),
    ('acknowledge alert 42 for two hours', '/ack 42 2h'),
    ('认领 42 两小时', '/ack 42 2h'),
    ('把 pay 的告警全部认领', '/ack service=pay'),
    ('ack all alerts of order', '/ack service=order'),
    ('取消认领 42', '/unack 42'),
    ('取消 42 的认领', '/unack 42'),
    ('release 42', '/unack 42'),
    ('42 搞定了', '/resolve 42'),
    ('把 42 关了', '/resolve 42'),
    ('42 修好了，关闭吧', '/resolve 42'),
    ('close 42', '/resolve 42'),
    ('mark 42 as resolved', '/resolve 42'),
    ('resolve #42 please', '/resolve 42'),
    ('解决 pay 的所有告警', '/resolve service=pay'),
    ('close all critical alerts', '/resolve level>=critical'),
    ('把 42 指派给 @林晓', '/assign 42 @林晓'),
    ('assign 42 to @Lin', '/assign 42 @Lin'),
    ('assign 42 to me', '/assign 42 me'),
    ('42 交给我', '/assign 42 me'),
    ('set 42 to critical', '/severity 42 critical'),
    ('42 升级为严重', '/severity 42 critical'),
    ('42 降到低级别', '/severity 42 low'),
    ('列一下告警', '/alerts'),
    ('看看有没有告警', '/alerts'),
    ('现在还有多少告警没解决', '/alerts open'),
    ('有哪些告警没人认领', '/alerts firing'),
    ('有什么问题吗', '/alerts'),
    ('出什么事了', '/alerts'),
    ('pay 挂了吗', '/alerts service=pay'),
    ('pay 有问题吗', '/alerts service=pay'),
    ('pay 有多少告警', '/alerts service=pay'),
    ('昨天有哪些告警', '/alerts yesterday'),
    ('最近两小时的告警', '/alerts 2h'),
    ('过去 30 分钟有什么报错', '/alerts 30m'),
    ('pay 最近半小时的严重告警', '/alerts service=pay level>=critical 30m'),
    ('高级别以上的告警', '/alerts level>=high'),
    ('web-03 上有哪些告警', '/alerts host=web-03'),
    ('看看 42', '/alert 42'),
    ('42 是什么', '/alert 42'),
    ('show alert 42', '/alert 42'),
    ('what is 42', '/alert 42'),
    ('what happened to 42', '/alert 42'),
    ('is 42 resolved?', '/alert 42'),
    ('did anyone ack 42?', '/audit 42'),
    ('who acked 42', '/audit 42'),
    ('show me all alerts', '/alerts'),
    ('list open alerts', '/alerts open'),
    ('any alerts?', '/alerts'),
    ("what's wrong with order?", '/alerts service=order'),
    ("what's wrong right now", '/alerts'),
    ('how many alerts are open', '/alerts open'),
    ('how many errors did pay have today', '/alerts service=pay today'),
    ('alerts from the last two hours', '/alerts 2h'),
    ('show high and above alerts of order', '/alerts service=order level>=high'),
    ('show muted alerts', '/alerts muted'),
    ('show my alerts', '/alerts mine'),
    ('show alerts with "card declined"', '/alerts "card declined"'),
    ('how is order doing?', '/alerts service=order 24h'),
    ('is pay ok?', '/alerts service=pay 24h'),
    ('is everything ok?', '/status'),
    ('系统正常吗', '/status'),
    ('一切正常吗', '/status'),
    ('系统状态怎么样', '/status'),
    ('how are things', '/status'),
    ('show status', '/status'),
    ('磁盘还够吗', '/health'),
    ('主机状态', '/health'),
    ('are the machines healthy', '/health'),
    ('how is web-03', '/health web-03'),
    ('cpu 高不高', '/health'),
    ('哪个规则触发最多', '/top by rule'),
    ('今天报错最多的服务', '/top 11h by service'),
    ('昨天哪些服务告警最多', '/top 35h by service'),
    ('top errors of the last hour', '/top 1h'),
    ('which service has the most errors', '/top by service'),
    ('what are the noisiest alerts today', '/top 11h'),
    ('noisiest rules this week', '/top 7d by rule'),
    ('pay 的趋势', '/trend service=pay'),
    ('报错趋势', '/trend'),
    ('trend for order last 24 hours', '/trend service=order 1d'),
    ('show me the error trend of the last 6 hours', '/trend 6h'),
    ('今天的日报', '/digest'),
    ('给个汇总', '/digest'),
    ('daily digest', '/digest'),
    ('summary please', '/digest'),
    ('今晚谁值班', '/oncall'),
    ('现在值班的是谁', '/oncall'),
    ('下一个值班是谁', '/oncall'),
    ("who's on duty", '/oncall'),
    ('who is oncall', '/oncall'),
    ('who is next on call', '/oncall'),
    ('42 为什么会告警', '/why 42'),
    ('为什么 42 没通知', '/why 42'),
    ('为什么没收到 pay 的告警', '/why pay'),
    ('怎么没告警 order', '/why order'),
    ('why no alert for pay', '/why pay'),
    ('why did 42 fire', '/why 42'),
    ('why was I not told about 42', '/why 42'),
    ('静默了哪些', '/mutes'),
    ('哪些被静默了', '/mutes'),
    ('列出静默', '/mutes'),
    ("what's muted", '/mutes'),
    ('list mutes', '/mutes'),
    ('mute history', '/mutes'),
    ('我们订阅了什么', '/subscriptions'),
    ('what are we subscribed to', '/subscriptions'),
    ('订阅 pay 的严重告警', '/subscribe service=pay level>=critical'),
    ('订阅支付服务高级别以上的告警', '/subscribe service=pay level>=high'),
    ('subscribe to critical alerts', '/subscribe level>=critical'),
    ('subscribe this group to pay', '/subscribe service=pay'),
    ('取消订阅 3', '/unsubscribe 3'),
    ('取消所有订阅', '/unsubscribe all'),
    ('unsubscribe from everything', '/unsubscribe all'),
    ('有哪些规则', '/rules'),
    ('show rules', '/rules'),
    ('show the panic rule', '/rule panic'),
    ('谁是管理员', '/admin list'),
    ('who are the admins', '/admin list'),
    ('我有什么权限', '/whoami'),
    ('who am i', '/whoami'),
    ('怎么用', '/help'),
    ('你能做什么', '/help'),
    ('what can you do?', '/help'),
    ('help please', '/help'),
    ('自检一下', '/doctor'),
    ('run a self check', '/doctor'),
    ('说中文', '/lang zh'),
    ('reply to me in english', '/lang me en'),
    ('给我用英文', '/lang me en'),
    ('切换到英文', '/lang en'),
    ('搜一下最近一小时 timeout 日志', '/logs rule=timeout 1h'),
    ('show logs of pay', '/logs service=pay'),
    ('logs of order for the last 10 minutes', '/logs service=order 10m'),
    ('pay 的日志里搜 "refused"', '/logs service=pay "refused"'),
    ('谁操作的 42', '/audit 42'),
    ('支付那边先别吵我两个小时', '/mute service=pay 2h'),
    ('把 pay 静默到下午三点', '/mute service=pay 到下午三点'),
    ('pay 静默至 18:30', '/mute service=pay 至 18:30'),
    ('从现在起静默 order 90 分钟', '/mute service=order 1h30m'),
    ('order 静音到明天', '/mute service=order 到明天'),
    ('order 静默到周一早上', '/mute service=order 到周一早上'),
    ('mute pay until monday 9am', '/mute service=pay until monday 9am'),
    ("don't alert me about pay for 2 hours", '/mute service=pay 2h'),
    ("please don't notify about order until tomorrow", '/mute service=order until tomorrow'),
    ('silence order-api for 1h', '/mute service=order-api 1h'),
    ('mute service order for 2 days', '/mute service=order 2d'),
    ('can someone mute pay?', '/mute service=pay'),
    ('mute 42', '/mute 42'),
    ('静默42', '/mute 42'),
    ('静默#42 一小时', '/mute 42 1h'),
    ('静默 42 直到解决', '/mute 42 直到解决'),
    ('mute 42 until resolved', '/mute 42 until resolved'),
    ('静默 42 直到恶化 10 倍', '/mute 42 直到恶化 10 倍'),
    ('mute everything from order for 1h', '/mute service=order 1h'),
    ('谁在值班？', '/oncall'),
    ('现在谁值班', '/oncall'),
    ('今天谁值班啊', '/oncall'),
    ('值班是谁', '/oncall'),
    ("who's on call?", '/oncall'),
    ('whos oncall', '/oncall'),
    ('最近一小时报错排行', '/top 1h'),
    ('过去一天哪个服务报警最多', '/top 1d by service'),
    ('哪些规则最吵', '/top by rule'),
    ('最近 24 小时告警最多的服务是哪个', '/top 1d by service'),
    ('top 10 errors today', '/top 11h'),
    ('most frequent errors in the past hour', '/top 1h'),
    ('what is the noisiest service', '/top by service'),
    ('which rule fires most', '/top by rule'),
    ('pay 怎么没有报警', '/why pay'),
    ('为啥 order 没响', '/why order'),
    ('order 怎么没动静', '/why order'),
    ('why is order silent', '/why order'),
    ("why isn't pay alerting", '/why pay'),
    ('why did I not get an alert for pay', '/why pay'),
    ('why was 42 not sent', '/why 42'),
    ('42 为什么没发出来', '/why 42'),
    ('为什么没有收到 42 的通知', '/why 42'),
    ('我来认领 42', '/ack 42'),
    ('42 我接了', '/ack 42'),
    ('42 归我', '/ack 42'),
    ('这个 42 我来跟', '/ack 42'),
    ('i got 42', '/ack 42'),
    ("i'm on 42", '/ack 42'),
    ('ack alert 42', '/ack 42'),
    ('please acknowledge 42', '/ack 42'),
    ('把 42 给 @王磊', '/assign 42 @王磊'),
    ('42 转给我', '/assign 42 me'),
    ('resolve alert 42', '/resolve 42'),
    ('42 好了', '/alert 42'),
    ('42 已经好了', '/alert 42'),
    ('42 fixed', '/alert 42'),
    ('close alert #42 please', '/resolve 42'),
    ('解决一下 42', '/resolve 42'),
    ('当前活跃告警', '/alerts open'),
    ('目前的告警列表', '/alerts'),
    ('告警情况', '/alerts'),
    ('有告警吗', '/alerts'),
    ('有严重告警吗', '/alerts level>=critical'),
    ('现在有多少告警', '/alerts'),
    ('今天出了多少告警', '/alerts today'),
    ('今天发生了多少次严重告警', '/alerts level>=critical today'),
    ('昨天有多少条告警', '/alerts yesterday'),
    ('这周的告警', '/alerts 7d'),
    ('本周有多少严重告警', '/alerts level>=critical 7d'),
    ('过去三天 pay 的告警', '/alerts service=pay 3d'),
    ('最近半小时 order 出了什么问题', '/alerts service=order 30m'),
    ('order 现在正常吗', '/alerts service=order 24h'),
    ('支付服务还好吗', '/alerts service=pay 24h'),
    ('支付服务挂了吗', '/alerts service=pay'),
    ("how's pay", '/alerts service=pay 24h'),
    ('is order down?', '/alerts service=order'),
    ('anything on fire?', '/alerts'),
    ('any critical alerts right now?', '/alerts level>=critical'),
    ('are there any open alerts for pay', '/alerts open service=pay'),
    ('what alerts fired in the last hour', '/alerts 1h'),
    ('show alerts since yesterday', '/alerts yesterday'),
    ('list resolved alerts from last 24 hours', '/alerts resolved 1d'),
    ('critical alerts today', '/alerts level>=critical today'),
    ('how many critical alerts did we have yesterday', '/alerts level>=critical yesterday'),
    ('show me what I acked', '/alerts acked'),
    ('我的告警', '/alerts mine'),
    ('还没认领的告警', '/alerts firing'),
    ('未认领的严重告警', '/alerts firing level>=critical'),
    ('已恢复的告警', '/alerts resolved'),
    ('web-03 怎么样', '/health web-03'),
    ('web-03 状态', '/health web-03'),
    ('机器还好吗', '/health'),
    ('服务器负载怎么样', '/health'),
    ('cpu usage', '/health'),
    ('memory usage of web-03', '/health web-03'),
    ('how are the servers doing', '/health'),
    ('系统怎么样', '/status'),
    ('现在系统状态如何', '/status'),
    ('is larkwatch ok', '/status'),
    ('are you ok', '/status'),
    ('静默列表', '/mutes'),
    ('现在有哪些静默', '/mutes'),
    ('有哪些服务被静默了', '/alerts muted'),
    ('取消对 order 的静默', '/unmute service=order'),
    ('order 恢复告警', '/unmute service=order'),
    ('stop muting pay', '/unmute service=pay'),
    ('unsilence order please', '/unmute service=order'),
    ('取消静默 42', '/unmute 42'),
    ('把 pay 的静默取消', '/unmute service=pay'),
    ('把静默 m3 取消掉', '/unmute m3'),
    ('延长 m3 两小时', '/mute m3 +2h'),
    ('prolong m3 by 30 minutes', '/mute m3 +30m'),
    ('规则有哪些', '/rules'),
    ('列出规则', '/rules'),
    ('what rules are there', '/rules'),
    ('show rule panic', '/rule panic'),
    ('订阅 order', '/subscribe service=order'),
    ('关注支付服务的告警', '/subscribe service=pay'),
    ('我们群要订阅 pay', '/subscribe service=pay'),
    ('subscribe to pay', '/subscribe service=pay'),
    ('subscribe us to high alerts of order', '/subscribe service=order level>=high'),
    ('退订 3', '/unsubscribe 3'),
    ('取消订阅', '/unsubscribe'),
    ('unsubscribe 3', '/unsubscribe 3'),
    ('unsubscribe from all', '/unsubscribe all'),
    ('我们订阅了哪些', '/subscriptions'),
    ('show subscriptions', '/subscriptions'),
    ('pay 的错误趋势', '/trend service=pay'),
    ('最近 24 小时的趋势图', '/trend 1d'),
    ('graph of order errors over the last 6 hours', '/trend service=order 6h'),
    ('给我看看 pay 的日志', '/logs service=pay'),
    ('查 pay 最近 30 分钟的 timeout 日志', '/logs service=pay rule=timeout 30m'),
    ('find "connection refused" in the logs of order', '/logs service=order "connection refused"'),
    ('日报', '/digest'),
    ('今日总结', '/digest'),
    ('summarize today', '/digest'),
    ('do a self check', '/doctor'),
    ('诊断一下', '/doctor'),
    ('help', '/help'),
    ('怎么静默', '/help mute'),
    ('how do I subscribe', '/help subscribe'),
    ('你会什么', '/help'),
    ('说英语', '/lang en'),
    ('please speak chinese', '/lang zh'),
    ('用中文回答我', '/lang me zh'),
    ('answer me in english', '/lang me en'),
    ('把语言切换成英文', '/lang en'),
    ('42 升为严重', '/severity 42 critical'),
    ('把 42 降级为低', '/severity 42 low'),
    ('set severity of 42 to high', '/severity 42 high'),
    ('change 42 to low', '/severity 42 low'),
    ('cpu 高吗', '/health'),
    ('帮我把订单告警静默一会儿', '/mute service=order'),
    ('有人能认领 42 吗', '/ack 42'),
    ('谁能处理一下 42', '/ack 42'),
    ('pay 没有告警', '/why pay'),
    ('pay is not alerting', '/why pay'),
    ('show alerts that are not resolved', '/alerts open'),
    ('42 详情', '/alert 42'),
)  # fmt: skip


@pytest.mark.parametrize(("said", "line"), PHRASES, ids=[said for said, _ in PHRASES])
def test_a_sentence_means_a_command(said: str, line: str) -> None:
    best = readings(said)[0]
    assert (best.line, best.clear) == (line, True)


def test_there_are_many_sentences() -> None:
    assert len({said for said, _ in PHRASES}) >= 200


NO_ORDERS = (
    '不要认领 42',
    "don't resolve 42",
    '别把 42 关了',
    'should I ack 42?',
    '要不要静默 pay',
    'pay 应该静默吗',
    'I muted pay yesterday',
    '我昨天静默了 pay',
    '林晓说静默 pay 一小时',
    'if pay fires again, mute it for an hour',
    '等 pay 好了再取消静默',
    '记得明天静默 pay',
    'how do I mute pay',
    '怎么静默 pay',
    '静默 pay 会怎样',
    '为什么静默了 pay',
    'why is pay muted',
    'who resolved 42',
    '谁解决了 42',
    '42 解决了吗',
    '42 解决了没有',
    'is 42 acked',
    'does anyone know why pay is muted',
    'pay was silenced by Lin',
    'we should not silence pay',
    'never mute pay',
    '静默以后还会记录吗',
    'pay 的静默什么时候结束',
    'when does the mute of pay end',
    'unsubscribe is dangerous',
    '退订会怎么样',
    '不要取消订阅',
    '请不要解决 42',
    '解决问题的关键是人',
    '我来晚了',
    '收到消息说 42 挂了',
    '今天天气怎么样',
    '你好',
    'hello',
    '谢谢',
    '哈哈哈',
    '中午吃什么',
    'the 42 people on this bus will resolve to be better',
    'close the window please',
    'take 5 minutes break',
    'fix the build',
    'meeting at 3pm tomorrow',
    'deploy pay at 18:00',
    'pay me back 42 dollars',
    "let's take lunch for an hour",
    'order 42 pizzas',
    'everything resolved',
    'all',
    '全部',
    '静默',
    'mute everything',
    'mute all alerts for an hour',
    "hush little baby don't you cry",
    '确认一下 42 的状态',
    '42 的问题还没解决',
    '42 还没有解决',
    'no need to ack 42',
    "don't worry, 42 is resolved",
)  # fmt: skip


@pytest.mark.parametrize("said", NO_ORDERS)
def test_what_is_no_order_changes_nothing(said: str) -> None:
    assert not any(one.acts and one.clear for one in readings(said))


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("认领 42 和 43", ["/ack 42", "/ack 43"]),
        ("ack 42 and 43", ["/ack 42", "/ack 43"]),
        ("silense pay for 1 hour", ["/mute service=pay 1h"]),
        ("42 已解决", ["/alert 42", "/resolve 42"]),
        ("静默 pay 一小时?", ["/mute service=pay 1h"]),
        ("林晓说静默 pay 一小时", ["/mute service=pay 1h"]),
    ],
)
def test_what_is_not_sure_is_asked(said: str, lines: list[str]) -> None:
    found = readings(said)
    assert [one.line for one in found][: len(lines)] == lines
    assert not any(one.clear and one.acts for one in found)


SERVICES = (
    ("pay", "pay"), ("支付", "pay"), ("支付服务", "pay"), ("order 服务", "order"),
    ("订单服务", "order"),
    ("gateway", "gateway"), ("网关", "gateway"), ("user-center", "user-center"),
    ("支付核心", "支付核心"), ("ｐａｙ", "pay"), ("推荐服务", "推荐"), ("coupon 服务", "coupon"),
)  # fmt: skip
SPANS = (
    ("一小时", "1h"), ("1小时", "1h"), ("1h", "1h"), ("半小时", "30m"), ("三十分钟", "30m"),
    ("30 分钟", "30m"), ("一个半小时", "1h30m"), ("两个小时", "2h"), ("两天", "2d"),
    ("一刻钟", "15m"),
    ("十二小时", "12h"), ("一百二十分钟", "2h"), ("1 个小时", "1h"),
)  # fmt: skip
MUTING = ("静默", "屏蔽", "静音", "免打扰")
ORDERS = (
    "{who}{do}{span}", "{do}{who}{span}", "把{who}{do}{span}", "请帮我把{who}{do}{span}吧",
    "麻烦{do}一下{who}，{span}，谢谢", "{who} {do} {span}", "能不能把{who}{do}{span}?",
    "请{do} {who} {span}", "帮忙给{who}{do}{span}呗", "先把{who}的告警{do}{span}",
)  # fmt: skip
MUTING_EN = ("mute", "silence", "snooze")
SERVICES_EN = (
    ("pay", "pay"), ("the order service", "order"), ("service gateway", "gateway"),
    ("user-center", "user-center"), ("pay alerts", "pay"), ("the alerts of order", "order"),
)  # fmt: skip
SPANS_EN = (
    ("an hour", "1h"), ("1 hour", "1h"), ("two hours", "2h"), ("half an hour", "30m"),
    ("30 minutes", "30m"), ("45 mins", "45m"), ("the next 3 hours", "3h"), ("a day", "1d"),
    ("an hour and a half", "1h30m"), ("twenty-five minutes", "25m"), ("2h", "2h"),
)  # fmt: skip
ORDERS_EN = (
    "{do} {who} for {span}", "please {do} {who} for {span}", "can you {do} {who} for {span}?",
    "{do} {who} for {span} please", "could you please {do} {who} for {span}, thanks",
    "hey, {do} {who} for {span}", "I'd like to {do} {who} for {span}",
    "let's {do} {who} for {span}",
)  # fmt: skip


@given(
    order=st.sampled_from(ORDERS), do=st.sampled_from(MUTING), who=st.sampled_from(SERVICES),
    span=st.sampled_from(SPANS),
)  # fmt: skip
def test_muting_is_understood_in_any_wording(
    order: str, do: str, who: tuple[str, str], span: tuple[str, str]
) -> None:
    best = readings(order.format(do=do, who=who[0], span=span[0]))[0]
    assert (best.line, best.clear) == (f"/mute service={who[1]} {span[1]}", True)


@given(
    order=st.sampled_from(ORDERS_EN), do=st.sampled_from(MUTING_EN),
    who=st.sampled_from(SERVICES_EN), span=st.sampled_from(SPANS_EN),
)  # fmt: skip
def test_muting_is_understood_in_any_wording_in_english(
    order: str, do: str, who: tuple[str, str], span: tuple[str, str]
) -> None:
    best = readings(order.format(do=do, who=who[0], span=span[0]))[0]
    assert (best.line, best.clear) == (f"/mute service={who[1]} {span[1]}", True)


ASKED = (
    "{past}{who}有多少{level}告警", "{who}{past}有哪些{level}告警",
    "看一下{who}{past}的{level}告警",
    "帮我查查{past}{who}的{level}报警", "{past}{who}{level}报错",
)  # fmt: skip
PASTS = (
    ("最近一小时", "1h"), ("过去两天", "2d"), ("近30分钟", "30m"), ("今天", "today"),
         ("昨天", "yesterday"), ("最近", "24h"))  # fmt: skip
LEVELS = (
    ("严重", " level>=critical"),
    ("高级", " level>=high"),
    ("", ""),
    ("紧急", " level>=critical"),
)


@given(
    asked=st.sampled_from(ASKED), who=st.sampled_from(SERVICES), past=st.sampled_from(PASTS),
    level=st.sampled_from(LEVELS),
)  # fmt: skip
def test_questions_are_understood_in_any_wording(
    asked: str, who: tuple[str, str], past: tuple[str, str], level: tuple[str, str]
) -> None:
    best = readings(asked.format(who=who[0], past=past[0], level=level[0]))[0]
    assert best.line == f"/alerts service={who[1]}{level[1]} {past[1]}"
    assert best.clear


TAKEN_BACK = ("不要", "别", "不用", "如果出事就", "should we", "don't", "never", "林晓说可以不")


@given(
    before=st.sampled_from(TAKEN_BACK),
    order=st.sampled_from(("静默 pay 一小时", "认领 42", "解决 42", "取消订阅 3", "resolve 42",
                           "mute pay for an hour", "ack all", "把 42 指派给 @林晓")),
)  # fmt: skip
def test_an_order_that_is_taken_back_is_none(before: str, order: str) -> None:
    assert not any(one.acts for one in readings(f"{before} {order}"))


@given(st.lists(st.sampled_from([*itertools.chain(*PHRASES)]), min_size=1, max_size=3))
def test_every_line_is_short_and_scored(parts: list[str]) -> None:
    for one in readings(" ".join(parts)[:LONGEST]):
        assert one.line.startswith("/")
        assert 0.0 < one.score <= 1.0


@given(st.text(max_size=LONGEST + 10))
def test_anything_can_be_read(text: str) -> None:
    for one in readings(text):
        assert one.line.startswith("/")


def test_what_is_too_long_or_empty_means_nothing() -> None:
    assert readings("静默 pay " + "一" * LONGEST) == ()
    assert readings("  ") == ()


def test_beneath_a_card_no_number_is_needed() -> None:
    assert readings("静默两小时吧", about=42)[0].line == "/mute 42 2h"
    assert readings("我来处理", about=42)[0].line == "/ack 42"


def test_one_word_for_two_things_is_asked() -> None:
    known = Known(services=("web",), hosts=("web",))
    found = read("静默 web 一小时", known, NOW, ZONE)
    assert [one.line for one in found[:2]] == ["/mute service=web 1h", "/mute host=web 1h"]
    assert not found[0].clear


@pytest.mark.parametrize("line", sorted({line for _, line in PHRASES}))
def test_every_line_can_be_run_where_its_command_is(line: str) -> None:
    if (found := named(line)) is not None and found[0].names[0] == line[1:].split(maxsplit=1)[0]:
        parse(line, NOW, ZONE)

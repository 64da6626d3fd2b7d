"""The words of sentences and what they stand for, in both languages."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.subscription import Language
from watchers.finding import Severity


class Concept(StrEnum):
    """What a word is about."""

    MUTE = "mute"
    UNMUTE = "unmute"
    ACK = "ack"
    UNACK = "unack"
    RESOLVE = "resolve"
    ASSIGN = "assign"
    GRADE = "grade"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    EXTEND = "extend"
    CANCEL = "cancel"
    MARK = "mark"
    SPEAK = "speak"

    ALERTS = "alerts"
    BROKE = "broke"
    MUTES = "mutes"
    SUBSCRIPTIONS = "subscriptions"
    RULES = "rules"
    SERVICE = "service"
    ON_CALL = "on call"
    STATUS = "status"
    HEALTH = "health"
    HOST = "host"
    TREND = "trend"
    TOP = "top"
    USERS = "users"
    PATHS = "paths"
    CODES = "codes"
    LATENCY = "latency"
    DIGEST = "digest"
    LOGS = "logs"
    AUDIT = "audit"
    ADMINS = "admins"
    WHOAMI = "whoami"
    DOCTOR = "doctor"
    HELP = "help"

    WHY = "why"
    UNTOLD = "untold"
    WHO = "who"
    HOW = "how"
    WHICH = "which"
    COUNT = "count"
    NEXT = "next"
    RECENT = "recent"
    SYSTEM = "system"
    ALL = "all"
    THIS = "this"
    MINE = "mine"
    AT_LEAST = "at least"
    OPEN = "open"
    FIRING = "firing"
    ACKED = "acked"
    RESOLVED = "resolved"
    MUTED = "muted"
    AND = "and"

    DONE = "done"
    """Says that something is so already: then it is no order, and is asked about."""
    POLITE = "polite"
    ASKING = "asking"
    """A question's end; with a polite word before it, it is a request."""
    FILLER = "filler"
    """Changes nothing, whatever stands around it."""
    SMALL = "small"
    """Changes nothing in a question, but an order with it may be none."""
    NEVER = "never"
    """Turns what is said around, or makes it a report or a condition: no order at all."""


_WORDS: Mapping[Concept, str] = {
    Concept.MUTE: """
        静默|屏蔽|静音|免打扰|消音|闭嘴|安静|别吵|别再吵|别报|别报了|别报警|别报警了|别再报|
        别再报了|不要报|不要报了|不要报警|不要再报|不要再报了|不要再报警|先别报|别告警|
        别告警了|不要告警|不要再告警|别通知|别再通知|不要通知|不要提醒|别提醒|别响|别响了|
        停止告警|暂停告警|停掉告警|关掉告警|停止通知|暂停通知|勿扰|消停|mute|silence|snooze|
        hush|shush|quiet|shut up|be quiet|keep quiet|do not disturb|don't disturb|
        stop alerting|stop notifying|stop paging|stop the noise|don't alert|do not alert|
        don't notify|do not notify|stop bothering|turn off alerts|turn off the alerts|
        pause alerts|no alerts|mute alerts|muting|silencing""",
    Concept.UNMUTE: """
        取消静默|解除静默|恢复通知|恢复告警|取消屏蔽|解除屏蔽|取消静音|解除静音|打开通知|
        打开告警|重新通知|重新告警|unmute|un-mute|unsilence|un-silence|stop muting|
        stop silencing|unsnooze|turn alerts back on|turn on alerts|resume alerts""",
    Concept.ACK: """
        认领|认领了|确认|接手|接单|接了|我来|我来处理|我来看|我来看看|我来跟|我来跟进|我处理|
        我在看|我在处理|处理|我跟|我跟进|我负责|收到|收到了|领了|处理中|在看了|在处理|归我|
        ack|acknowledge|claim|take over|take on|take|i'll take|i will take|i'm on|i am on|
        on it|got it|looking into|looking at|i'll handle|i'll look at|take care of|
        assign to me|i take|i got|i've got""",
    Concept.UNACK: """
        取消认领|放弃认领|不认领了|释放|unack|unclaim|un-ack|release|let go of|give up|
        unacknowledge""",
    Concept.RESOLVE: """
        解决|解决了|解决掉|搞定|搞定了|修好|修好了|修复|修复了|处理完|处理完了|处理好|
        处理好了|处理完成|弄好|弄好了|关闭|关闭了|关掉|关了|关单|结案|标记解决|标记为解决|
        标记为已解决|标为已解决|标为解决|设为已解决|resolve|close|solve|fix|mark resolved|
        mark as resolved|mark solved|mark as solved|mark fixed|mark as fixed|mark as done|
        mark done""",
    Concept.ASSIGN: """
        指派|指派给|分派|分派给|转派|转派给|转给|交给|分配|分配给|派给|指给|assign|assign to|
        reassign|reassign to|hand over|hand over to|hand to|give to|pass to""",
    Concept.GRADE: """
        定级|定级为|调级|调成|调为|调到|改成|改为|设为|设成|提升到|提升为|升级到|升级为|升到|
        降级到|降级为|降到|降为|set severity|set level|set to|raise to|lower to|downgrade to|
        upgrade to|make it|escalate to|set|raise|change|make|lower|升为|升成|降成|提为|降级|
        升级|级别改成|级别设为""",
    Concept.SUBSCRIBE: """
        订阅|关注|推送|subscribe|subscribe to|follow|notify us about|notify us of|
        tell us about|tell this group about|send us|send alerts|sign up""",
    Concept.UNSUBSCRIBE: """
        取消订阅|退订|取消关注|不订阅|不再订阅|unsubscribe|unsubscribe from|unfollow|
        stop following""",
    Concept.MARK: """
        mark|标记|标为|标记为|标记成|set as""",
    Concept.EXTEND: """
        延长|续|续期|再续|延期|extend|prolong""",
    Concept.CANCEL: """
        取消|解除|撤销|去掉|撤掉|移除|cancel|remove|lift|drop|undo|end""",
    Concept.SPEAK: """
        说|讲|用|切换|切换到|切换成|换成|改用|语言|speak|switch|switch to|use|talk|answer in|
        reply in|language|change language to|reply|respond|answer|回答|回复""",
    Concept.ALERTS: """
        告警|告警列表|报警|警报|警告|报错|错误|异常|故障|问题|告警信息|报出来|报|出错|alert|
        alerts|alarm|alarms|error|errors|incident|incidents|problem|problems|issue|issues|
        outage|outages|exception|exceptions|failures|failure|alerting|alerted""",
    Concept.BROKE: """
        出什么事|出了什么事|出事|出什么问题|出了什么问题|出问题|发生什么|发生了什么|挂了|坏了|
        崩了|炸了|宕了|不正常|什么情况|broke|broken|break|failing|failed|fail|went wrong|
        wrong|on fire|happened|happening|down|going on|crashed|crashing""",
    Concept.MUTES: """
        静默列表|屏蔽列表|静默规则|mutes|silences|mute list""",
    Concept.SUBSCRIPTIONS: """
        订阅列表|订阅情况|subscriptions|subscribed|subscribed to|following""",
    Concept.RULES: """
        规则|规则列表|rule|rules""",
    Concept.SERVICE: """
        服务|应用|模块|service|services|app|apps""",
    Concept.ON_CALL: """
        值班|值守|当班|轮值|值班表|值班人|值班员|谁值班|oncall|on call|on-call|on duty|duty|
        rota|pager duty|pager""",
    Concept.STATUS: """
        状态|系统状态|概况|总览|运行情况|运行状态|运行状况|status|overview|state|dashboard|
        情况|状况|详情|details""",
    Concept.HEALTH: """
        健康|健康状况|健康度|负载|内存|磁盘|硬盘|cpu|health|healthy|load|memory|disk|disks|
        ram""",
    Concept.HOST: """
        机器|主机|服务器|节点|machine|machines|host|hosts|server|servers|node|nodes""",
    Concept.TREND: """
        趋势|走势|曲线|趋势图|走势图|折线图|图表|变化|trend|trends|trending|graph|chart|curve|
        over time|timeline""",
    Concept.USERS: """
        哪个用户|哪些用户|哪个账号|哪些账号|which user|which users|which account|top users""",
    Concept.PATHS: """
        哪个接口|哪些接口|哪个路径|哪些路径|哪个页面|哪些页面|which path|which paths|which url|
        which urls|which endpoint|which endpoints|top paths|top urls""",
    Concept.CODES: """
        状态码|返回码|哪个状态码|哪些状态码|status code|status codes|which status""",
    Concept.LATENCY: """
        延迟|延时|耗时|响应时间|latency|latencies|response time|response times|slowness""",
    Concept.TOP: """
        最多|最频繁|最吵|最烦|排行|排行榜|排名|前几|前几名|前三|前五|前十|top|most|noisiest|
        loudest|most frequent|ranking|rank|worst|top 3|top 5|top 10|top ten|top five|biggest""",
    Concept.DIGEST: """
        日报|汇总|摘要|小结|总结|早报|digest|summary|summarize|summarise|recap|daily report|
        report""",
    Concept.LOGS: """
        日志|原始日志|log|logs|log lines|lines""",
    Concept.AUDIT: """
        审计|操作记录|操作历史|谁操作的|谁操作|谁动的|audit|audit log|who did what|history""",
    Concept.ADMINS: """
        管理员|admin|admins|administrators""",
    Concept.WHOAMI: """
        我是谁|我的权限|我有什么权限|我的身份|who am i|whoami|what am i allowed|my rights|
        my permissions""",
    Concept.DOCTOR: """
        体检|诊断|自检|自查|doctor|diagnose|self check|self-check|diagnostics""",
    Concept.HELP: """
        帮助|怎么用|如何使用|使用说明|能做什么|会做什么|会什么|能干什么|能干嘛|会干什么|
        你会啥|有什么功能|哪些命令|有哪些命令|什么命令|help|commands|how do i use|how to use|
        what can you do|what can i say|what can i do|how does this work|manual""",
    Concept.WHY: """
        为什么|为何|为啥|怎么会|怎么|咋|凭什么|什么原因|why|how come|what for|reason""",
    Concept.UNTOLD: """
        没告警|没有告警|没报警|没有报警|没报|没有报|没报错|没响|没有响|没收到|没有收到|收不到|
        不告警|不报警|不报|没通知|没有通知|不通知|没动静|没反应|没消息|没发告警|没发|没提醒|
        没有提醒|didn't alert|did not alert|doesn't alert|does not alert|no alert|not alert|
        not alerting|not alerted|not fire|not firing|didn't fire|did not fire|didn't notify|
        did not notify|not notified|isn't alerting|wasn't alerted|silent|not told|didn't tell|
        did not tell|didn't send|not send|no alarm|no alerts""",
    Concept.WHO: """
        谁|哪位|哪个人|who|whose|who's|whom|anyone|anybody|somebody|someone|有人|有没有人|
        谁在|没人|whos""",
    Concept.HOW: """
        怎么样|怎样|怎么样了|如何|咋样|还好吗|还好|好吗|正常|稳定|ok|okay|how|how's|doing|
        well|fine|alright|normal|stable|up""",
    Concept.WHICH: """
        有什么|有哪些|哪些|哪个|哪几个|哪几条|什么|有没有|是什么|有|还有|多吗|严重吗|show|
        list|display|what|what's|which|any|see|view|give|tell|get|fetch|find|take a look|
        take a look at|have a look|have a look at|look|look at|look up|check|列出|列一下|显示|
        展示|看看|看一下|看下|看|查看|查一下|查下|查|查询|搜|搜索|翻一下|告诉|search|grep|
        there|got|have""",
    Concept.COUNT: """
        多少|几条|几个|几次|多少条|多少个|数量|how many|count|number of|how much""",
    Concept.NEXT: """
        下一个|下一班|接下来|下个|next|now and next""",
    Concept.RECENT: """
        最近|近期|近来|刚才|刚刚|recent|recently|lately|just now|latest|last""",
    Concept.SYSTEM: """
        系统|整体|大家|你|all systems|system|things|it all|larkwatch|the bot|you|bot""",
    Concept.ALL: """
        全部|所有|所有的|全都|统统|一起|每个|all|一切|every|everything|everything's|each""",
    Concept.THIS: """
        这个|这条|这个告警|这条告警|这|它|该告警|此告警|this|this one|it|that|this alert|
        that one|that alert""",
    Concept.MINE: """
        我的|我认领的|我负责的|我手上|mine|my|assigned to me|my own|i took|i have""",
    Concept.AT_LEAST: """
        以上|及以上|或以上|以上级别|or above|and above|or higher|and higher|or worse|
        and worse|or more|at least|and up""",
    Concept.OPEN: """
        还没有解决|没有解决|没有恢复|还没解决|没搞定|还没搞定|没修好|还没修好|活跃|活跃的|
        未解决|没解决|未恢复|还没好|没处理|未处理|open|active|unresolved|ongoing|outstanding|
        current|unhandled|没恢复|还没恢复|not resolved|not yet resolved|not fixed|still open""",
    Concept.FIRING: """
        触发中|未认领|未认领的|没人认领|没有人认领|没人管|没人处理|firing|unacknowledged|
        unacked|unclaimed|not acknowledged|nobody took|还没认领|还没认领的|没认领|没认领的|
        没有认领|没有认领的|还没人认领|无人认领|没有人处理|not acked|not claimed|unassigned|
        not taken""",
    Concept.ACKED: """
        已认领|认领的|被认领|处理中的|acked|acknowledged|claimed|taken""",
    Concept.RESOLVED: """
        已解决|已恢复|解决了的|恢复了的|恢复的|已关闭|已经解决|已经恢复|恢复了|恢复|resolved|
        recovered|solved|fixed|closed|over""",
    Concept.MUTED: """
        已静默|被静默|被静默了|静默的|静默了的|静默中|被屏蔽|屏蔽的|muted|silenced|snoozed""",
    Concept.AND: """
        和|与|以及|还有|跟|、|,|and|&|plus""",
    Concept.DONE: """
        已|已经|was|were|been|already""",
    Concept.POLITE: """
        请|麻烦|帮|帮我|帮忙|帮我们|帮我把|请帮我|劳驾|能不能|可不可以|可以|可否|能否|能|求|
        please|pls|plz|can you|could you|would you|will you|can i|could i|may i|can we|
        could we|kindly|i want to|i'd like to|i would like to|i want you to|we want to|
        we need to|i need to|i need you to|let's|let us|let me|go ahead and|would you mind|
        i'd like|i want|i need|need to|want to|can someone|could someone|can anyone|
        could anyone|can somebody|could somebody|谁能|谁帮忙|有人能""",
    Concept.ASKING: """
        吗|么|嘛|?|对吗|是吗|行吗|好不好|行不行|没有""",
    Concept.FILLER: """
        一下|下|吧|呢|啊|呀|哦|喔|了|的|地|得|把|将|给|对|就|都|先|也|谢谢|多谢|谢了|感谢|
        辛苦|辛苦了|你好|您好|您|请问|想|我想|我要|我想要|我们|我|我来把|想要|需要|来|呗|哈|
        啦|咯|嗨|喂|关于|里|里面|上|上的|中|那|那个|告警的|条|号|级|级别|级别的|号告警|这边|
        那边|咱|咱们|让|掉|好|好的|为|到|再|in|on|at|by|from|with|to|the|a|an|me|us|we|our|i|
        of|for|hey|hi|hello|thanks|thank you|cheers|thx|ty|guys|team|just|now|right now|
        right away|currently|'s|so|also|number|no.|please,|level|severity|alert number|asap|
        as|about|group|here|then|down|off|up|现在|目前|当前|马上|立刻|立即|赶紧|赶快|快|
        现在就|眼下|正在|本群|群里|今天的|名|个|些|里的|还|当前的|是|在|最|during|within|
        over the|worth|please.|since|period|inside|across|daily|每日|本群|这个群|这个群里|
        this group|this chat|our group|the group|群|一会儿|一会|一阵|一阵子|for a while|
        for a bit|从现在起|从现在开始|我们群|要|这儿|那里|哪里的""",
    Concept.SMALL: """
        is|are|am|do|does|did|has|have|had|was|were|be|been|being|get|gets|so far|that|those|
        these|having|going|some|ones|one|between|出现|发生|触发|产生|出|多|大|高不高|够不够|
        够|满|满了|快满了|几|时候|地方|带|含|包含|出现了|发生了|触发了|哪里|哪儿|在哪|fired|
        fire|fires|triggered|raised|came|come|coming|running|full|there's|contain|containing|
        mention|mentioning|happen|occurred|occur|ring|rang|told|tell me|anything|nobody|
        something|send|sent|making|most of|run|does it|do you|do we|do i|did i|did we|usage|
        使用率|占用|占用率|利用率""",
    Concept.NEVER: """
        不要|不用|不必|不该|不能|不想|不准|不许|不可以|别|勿|没|没有人|不|并非|如果|要是|假如|
        假设|万一|除非|除了|以外|之外|要不要|该不该|应该|应不应该|是否|是不是|昨天我|听说|
        据说|觉得|认为|可能|也许|大概|好像|记得|忘了|曾经|之前|以前|以后|之后|待会|等会|稍后|
        回头|下次|明天再|等|等到|再说|don't|dont|do not|doesn't|does not|didn't|did not|never|
        not|no|if|when|whenever|unless|once|except|without|but|should|shouldn't|must not|
        mustn't|can't|cannot|won't|would|might|maybe|perhaps|said|says|say|think|thinks|
        thought|wonder|wondering|remember|forgot|forget|later|before|after|afterwards|instead|
        yet|whether|why not|nor|neither|only if|isn't|aren't|wasn't|weren't|haven't|hasn't|
        isnt|arent""",
}

CONCEPTS: dict[str, Concept] = {}
for _concept, _text in _WORDS.items():
    for _word in _text.split("|"):
        CONCEPTS.setdefault(_word.strip(), _concept)

SEVERITIES: Mapping[str, Severity] = {
    word: severity
    for severity, words in (
        (
            Severity.CRITICAL,
            (
                "严重|紧急|致命|严重级别|严重级|critical|crit|p1|sev1|severe|urgent|fatal|"
                "critical severity"
            ),
        ),
        (
            Severity.HIGH,
            (
                "高|高级|高级别|高危|高优|高优先级|重要|high severity|high level|high-severity|"
                "high priority|high|p2|sev2|important"
            ),
        ),
        (
            Severity.MEDIUM,
            "中级|中级别|中等|中优先级|medium|medium severity|p3|sev3|warnings|warning",
        ),
        (Severity.LOW, "低|低级|低级别|低优先级|low|low severity|p4|low-severity|low priority"),
        (Severity.INFO, "提示级|信息级|info|informational|p5"),
    )
    for word in words.split("|")
}

LANGUAGES: Mapping[str, Language] = {
    **dict.fromkeys(("中文", "汉语", "普通话", "chinese", "mandarin"), Language.ZH),
    **dict.fromkeys(("英文", "英语", "english"), Language.EN),
}

SERVICES: Mapping[str, tuple[str, ...]] = {
    "支付": ("pay", "payment", "payments", "payment-service"),
    "订单": ("order", "orders"),
    "用户": ("user", "users", "account"),
    "登录": ("login", "auth", "sso", "passport"),
    "认证": ("auth", "sso"),
    "网关": ("gateway", "gw", "api-gateway"),
    "库存": ("inventory", "stock"),
    "仓库": ("warehouse", "wms"),
    "搜索": ("search",),
    "购物车": ("cart",),
    "数据库": ("db", "database", "mysql", "postgres", "postgresql"),
    "缓存": ("redis", "cache"),
    "消息队列": ("mq", "kafka", "rabbitmq"),
    "推荐": ("recommend", "recommendation"),
    "物流": ("logistics", "shipping", "delivery"),
    "商品": ("product", "goods", "item", "catalog"),
    "账户": ("account", "accounts"),
    "优惠券": ("coupon", "promotion"),
    "短信": ("sms",),
    "邮件": ("mail", "email"),
    "风控": ("risk",),
    "结算": ("settlement", "checkout", "billing"),
    "退款": ("refund", "refunds"),
    "计费": ("billing",),
    "调度": ("scheduler", "cron"),
    "前端": ("web", "frontend"),
    "后台": ("admin-web", "backend"),
    "会员": ("member", "vip"),
    "文件": ("file", "files", "storage"),
}
"""What a service is called in Chinese where its label is English."""

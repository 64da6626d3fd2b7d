"""What Feishu's codes mean, for people: in English as in `bot.feishu.errors`, here in Chinese."""

from bot.core.subscription import Language
from bot.feishu.errors import meaning


def remedy_in(language: Language, code: int, detail: str) -> str:
    """What happened and what to do; "" for a failure without a code."""
    if not code:
        return ""
    if language is Language.ZH and code in _ZH:
        return _ZH[code]
    return meaning(code, detail).remedy


_STALE = "访问凭证被拒绝，换新后仍然如此；请核对应用的 App Secret 是否已重置。"
_WRONG = "App ID 或 App Secret 不对：请与开发者后台“凭证与基础信息”页核对。"
_BOT_OFF = "应用的机器人能力未开启或未发布：请在开发者后台开启，再发布一个版本。"
_NOT_IN = "机器人不在群里：请重新把它加进群。"
_MUTED = "群不允许机器人发言：请联系群主。"
_NOBODY = "飞书找不到这个接收者，或它属于别的应用：请核对配置里的 ID。"

_ZH: dict[int, str] = {
    99991400: "应用调用过于频繁，正按飞书要求的时间等待。",
    99991401: "本机地址不在应用的 IP 白名单里：请在开发者后台“安全设置”中添加。",
    99991403: "企业本月的 API 调用额度已用完：请升级套餐，或等到下个月。",
    99991661: _STALE,
    99991663: _STALE,
    99991664: _STALE,
    99991665: _STALE,
    99991671: _STALE,
    99991672: "应用缺少权限（见下方原文）：请在开发者后台“权限管理”中开通，再发布一个版本。",
    99991543: _WRONG,
    10003: _WRONG,
    10014: _WRONG,
    99992351: _NOBODY,
    99992356: _NOBODY,
    99992361: _NOBODY,
    230001: "飞书认为参数有误，请把下方原文反馈给开发者。",
    230002: _NOT_IN,
    230006: _BOT_OFF,
    230012: "只有消息的发送者才能加急它。",
    230013: "对方不在应用的可用范围内或已离职：请在开发者后台扩大可用范围，再发布一个版本。",
    230018: _MUTED,
    230022: "飞书的内容审核未通过；已改发隐去号码、邮箱和地址的版本。",
    230023: "对方有 200 条未读加急消息，无法再加急。",
    230024: "企业的短信/电话加急额度已用完：请在飞书管理后台购买，或去掉这一步。",
    230025: "内容过长；已改发较短的版本。",
    230027: "应用在这里没有权限，或群里有外部成员：请检查权限，或改用内部群。",
    230028: "企业的数据防泄漏（DLP）拦截了内容；已改发隐去号码、邮箱和地址的版本。",
    230034: "接收者的 ID 无效：请核对配置。",
    230035: _MUTED,
    230052: "群设置不允许机器人加急：请在群设置中允许所有人加急，或把机器人设为管理员。",
    230053: "对方已停止接收机器人消息。",
    230075: "密聊不接收机器人消息。",
    230098: "消息已被折叠，无法加急。",
    230099: "飞书画不出这张卡片（原因见下方原文）；已改发更简单的版本。",
    232009: "群已解散。",
    232011: _NOT_IN,
    232025: _BOT_OFF,
    232034: "应用未安装或已停用：请发布一个版本，并请管理员审批。",
}

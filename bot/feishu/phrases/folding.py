"""One way of writing for matching: width, case, traditional characters, place by place."""

import unicodedata

_TRADITIONAL = (
    "靜認領誰報錯務單訂閱級別嚴狀態機麼為沒個時鐘兩幾條現還來給這請幫開關閉決復處規則趨勢歷記錄運維"
    "當過點間內後設語監輪發異對話說讓從問題嗎聲壞經標確體調週禮總數線庫購戶網詳細結夠會員權們長壓"
    "測試搞訊視圖號著熱掛釋緊類顯條齊應該無將減備註搜尋轉診斷誤響"
)
_SIMPLIFIED = (
    "静认领谁报错务单订阅级别严状态机么为没个时钟两几条现还来给这请帮开关闭决复处规则趋势历记录运维"
    "当过点间内后设语监轮发异对话说让从问题吗声坏经标确体调周礼总数线库购户网详细结够会员权们长压"
    "测试搞讯视图号着热挂释紧类显条齐应该无将减备注搜寻转诊断误响"
)
_FOLDED = str.maketrans(_TRADITIONAL, _SIMPLIFIED) | str.maketrans(
    "’‘`，。！；：、～", "''',.!;:,~"
)


def plain(text: str) -> str:
    """The text with usual widths and single spaces, in its own case."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def folded(text: str) -> str:
    """For matching; as long as the text, so that places in both agree."""
    lowered = text.lower()
    return (lowered if len(lowered) == len(text) else text).translate(_FOLDED)

"""Pages of Feishu's developer console, by brand: their names, and where they are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Brand = Literal["feishu", "lark"]

ORIGINS: dict[Brand, str] = {
    "feishu": "https://open.feishu.cn",
    "lark": "https://open.larksuite.com",
}


class Page(StrEnum):
    """A page of one app; the value is its place in the address."""

    CREDENTIALS = "baseinfo"
    SCOPES = "auth"
    EVENTS = "event"
    VERSIONS = "version"


_NAMES: dict[Brand, dict[Page, str]] = {
    "feishu": {
        Page.CREDENTIALS: "凭证与基础信息 (Credentials & Basic Info)",
        Page.SCOPES: "权限管理 (Permissions & Scopes)",
        Page.EVENTS: "事件与回调 (Events & Callbacks)",
        Page.VERSIONS: "版本管理与发布 (Version Management & Release)",
    },
    "lark": {
        Page.CREDENTIALS: "Credentials & Basic Info",
        Page.SCOPES: "Permissions & Scopes",
        Page.EVENTS: "Events & Callbacks",
        Page.VERSIONS: "Version Management & Release",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The developer console of one app."""

    brand: Brand
    app_id: str

    def name(self, page: Page) -> str:
        """What the page is called; Feishu's own console is mostly seen in Chinese."""
        return _NAMES[self.brand][page]

    def address(self, page: Page) -> str:
        """Where the page is."""
        return f"{ORIGINS[self.brand]}/app/{self.app_id}/{page.value}"

    def pointer(self, page: Page) -> str:
        """Name and address in one line."""
        return f"{self.name(page)}: {self.address(page)}"

"""How hosts stand, in words; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.texts.command import CommandText

One = Callable[[str], str]
Two = Callable[[str, str], str]
Count = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTexts:
    """The list of hosts, and the card of one."""

    command: CommandText
    title: Count
    none: str
    none_hint: str
    up: str
    down: str
    silent: str
    well: Count
    troubled: Count
    mute: Count
    cpu: str
    memory: str
    disk: str
    load: str
    swap: str
    host: One
    heard: One
    silent_since: Two
    silent_for: One
    uptime: One
    cores: Count
    network: Two
    checks: str
    state: str
    latency: str
    passed: str
    warning: str
    failing: Callable[[int, str], str]
    disks: str
    used: str
    free: str
    inodes: str
    full_in: One
    forecast: str
    chart: One
    load_chart: str
    no_course: str
    processes: str
    by_cpu: str
    by_memory: str
    open: str
    all_hosts: str
    refresh: str
    more: Count
    sampled: One
    unknown: One
    similar: str
    interval: One
    interval_usual: str
    interval_hint: str
    set_interval: One
    forgotten: One
    wanted: str
    wanted_every: str


HEALTH_ZH = HealthTexts(
    command=CommandText(
        about="看主机健康：CPU、内存、磁盘、服务检查",
        usage="/health [主机] [1h|6h|24h]",
        examples=("/health", "/health web-1 24h", "/health interval 30s"),
    ),
    title=lambda count: f"🩺 主机健康（{count} 台）",
    none="还没有主机上报",
    none_hint="在配置里写 [health] 或 [[watch]]，本机就会上报；其他主机运行 larkwatch watch。",
    up="正常",
    down="异常",
    silent="失联",
    well=lambda count: f"{count} 正常",
    troubled=lambda count: f"{count} 异常",
    mute=lambda count: f"{count} 失联",
    cpu="CPU",
    memory="内存",
    disk="磁盘",
    load="负载",
    swap="交换",
    host=lambda name: f"🩺 {name}",
    heard=lambda at: f"{at} 上报",
    silent_since=lambda at, ago: f"自 {at} 起没有上报（{ago}），以下是最后的数据",
    silent_for=lambda ago: f"{ago}没有上报",
    uptime=lambda span: f"已运行 {span}",
    cores=lambda count: f"{count} 核",
    network=lambda down, up: f"网络 ↓ {down} ↑ {up}",
    checks="服务检查",
    state="状态",
    latency="耗时",
    passed="24 小时",
    warning="注意",
    failing=lambda count, names: f"{count} 项检查失败：{names}",
    disks="磁盘",
    used="已用",
    free="剩余",
    inodes="inode",
    full_in=lambda span: f"约 {span}后满",
    forecast="预计写满",
    chart=lambda span: f"CPU、内存、磁盘使用率（%），最近 {span}",
    load_chart="负载",
    no_course="这段时间没有数据",
    processes="占用最多的进程",
    by_cpu="CPU",
    by_memory="内存",
    open="详情",
    all_hosts="全部主机",
    refresh="刷新",
    more=lambda count: f"另有 {count} 项",
    sampled=lambda every: f"每 {every}采样一次",
    unknown=lambda name: f"没有主机 {name}",
    similar="你要找的是：",
    interval=lambda every: f"每 {every}采样一次（聊天中设定）",
    interval_usual="按各主机的配置采样（[health] every，默认 10 秒）",
    interval_hint="修改：/health interval 30s；恢复：/health interval default",
    set_interval=lambda every: f"✅ 所有主机改为每 {every}采样一次",
    forgotten=lambda name: f"✅ 已移除主机 {name}；它再上报就会回来",
    wanted="主机名，可加 1h、6h 或 24h；或 interval、forget",
    wanted_every="2 秒到 10 分钟，例如 30s；恢复配置写 default",
)

HEALTH_EN = HealthTexts(
    command=CommandText(
        about="how hosts stand: cpu, memory, disks, checks of services",
        usage="/health [HOST] [1h|6h|24h]",
        examples=("/health", "/health web-1 24h", "/health interval 30s"),
    ),
    title=lambda count: f"🩺 {count} host{'' if count == 1 else 's'}",
    none="No host reports yet",
    none_hint=(
        "Write [health] or a [[watch]] into the configuration and this host does; on others run "
        "larkwatch watch."
    ),
    up="up",
    down="down",
    silent="silent",
    well=lambda count: f"{count} up",
    troubled=lambda count: f"{count} down",
    mute=lambda count: f"{count} silent",
    cpu="CPU",
    memory="memory",
    disk="disk",
    load="load",
    swap="swap",
    host=lambda name: f"🩺 {name}",
    heard=lambda at: f"as of {at}",
    silent_since=lambda at, ago: (
        f"Nothing heard since {at} ({ago} ago); these are its last figures"
    ),
    silent_for=lambda ago: f"nothing heard for {ago}",
    uptime=lambda span: f"up {span}",
    cores=lambda count: f"{count} core{'' if count == 1 else 's'}",
    network=lambda down, up: f"network ↓ {down} ↑ {up}",
    checks="Checks",
    state="State",
    latency="Took",
    passed="24 h",
    warning="warning",
    failing=lambda count, names: f"{count} check{' fails' if count == 1 else 's fail'}: {names}",
    disks="Disks",
    used="Used",
    free="Free",
    inodes="Inodes",
    full_in=lambda span: f"full in {span}",
    forecast="Full in",
    chart=lambda span: f"CPU, memory and disk in use (%), last {span}",
    load_chart="Load",
    no_course="No figures in this span",
    processes="Busiest processes",
    by_cpu="CPU",
    by_memory="Memory",
    open="Details",
    all_hosts="All hosts",
    refresh="Refresh",
    more=lambda count: f"and {count} more",
    sampled=lambda every: f"sampled every {every}",
    unknown=lambda name: f"There is no host {name}",
    similar="Did you mean:",
    interval=lambda every: f"Hosts are sampled every {every}, as set by chat",
    interval_usual="Hosts are sampled as each is configured ([health] every, 10 s by default)",
    interval_hint="Change it: /health interval 30s; back to that: /health interval default",
    set_interval=lambda every: f"✅ All hosts are sampled every {every} now",
    forgotten=lambda name: f"✅ Host {name} is forgotten; it comes back when it reports again",
    wanted="a host, with 1h, 6h or 24h if you like; or interval, forget",
    wanted_every="2 seconds to 10 minutes, e.g. 30s; or default",
)

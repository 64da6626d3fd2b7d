"""What is sent where no template of the configuration is meant, or the one that is meant breaks."""

from collections.abc import Mapping

from bot.core.subscription import Language
from bot.core.template import Format

_TEXT_ZH = """\
{{ headline }}
#{{ id }} {{ title }}
服务 {{ service or "—" }} · 主机 {{ host or "—" }} · 规则 {{ rule }} · {{ count }} 条
{{ first_at.strftime("%m-%d %H:%M:%S") }} → {{ last_at.strftime("%m-%d %H:%M:%S") }}
{% for line in lines %}
{{ line }}
{% endfor %}
"""
_TEXT_EN = """\
{{ headline }}
#{{ id }} {{ title }}
service {{ service or "—" }} · host {{ host or "—" }} · rule {{ rule }} · {{ count }} records
{{ first_at.strftime("%b %d %H:%M:%S") }} → {{ last_at.strftime("%b %d %H:%M:%S") }}
{% for line in lines %}
{{ line }}
{% endfor %}
"""
_COLOR = """\
{% if event == "firing" %}warning{% elif event == "resolved" %}info{% else %}comment{% endif %}"""
_MARKDOWN_ZH = f"""\
<font color="{_COLOR}">**{{{{ headline }}}}**</font>
**#{{{{ id }}}} {{{{ title }}}}**
> 服务：{{{{ service or "—" }}}}
> 主机：{{{{ host or "—" }}}}
> 规则：{{{{ rule }}}}，{{{{ count }}}} 条
> 时间：{{{{ first_at.strftime("%m-%d %H:%M:%S") }}}} → {{{{ last_at.strftime("%m-%d %H:%M:%S") }}}}
{{% for line in lines %}}
> {{{{ line }}}}
{{% endfor %}}
"""
_MARKDOWN_EN = f"""\
<font color="{_COLOR}">**{{{{ headline }}}}**</font>
**#{{{{ id }}}} {{{{ title }}}}**
> service: {{{{ service or "—" }}}}
> host: {{{{ host or "—" }}}}
> rule: {{{{ rule }}}}, {{{{ count }}}} records
> {{{{ first_at.strftime("%b %d %H:%M:%S") }}}} → {{{{ last_at.strftime("%b %d %H:%M:%S") }}}}
{{% for line in lines %}}
> {{{{ line }}}}
{{% endfor %}}
"""
DEFAULTS: Mapping[Language, Mapping[Format, str]] = {
    Language.ZH: {
        Format.TEXT: _TEXT_ZH,
        Format.MARKDOWN: _MARKDOWN_ZH,
        Format.POST: _TEXT_ZH,
    },
    Language.EN: {
        Format.TEXT: _TEXT_EN,
        Format.MARKDOWN: _MARKDOWN_EN,
        Format.POST: _TEXT_EN,
    },
}
"""Cards and mails are drawn without templates where none is configured."""

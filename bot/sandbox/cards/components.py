"""The table of components: each property and the kind of its value.

From the documentation of Card JSON 2.0; a property that is not in the table is refused.
"""

from types import MappingProxyType

from bot.sandbox.cards.charts import check_spec
from bot.sandbox.cards.forms import check_form, form_name
from bot.sandbox.cards.kinds import (
    any_object,
    anything,
    boolean,
    by_locale,
    children,
    color,
    columns,
    element_id,
    image_key,
    integer,
    known_persons,
    list_of,
    locale,
    map_of,
    marked,
    number,
    obj,
    one_of,
    person_id,
    px,
    sides,
    text,
    text_object,
    text_size,
)
from bot.sandbox.cards.tables import check_rows
from bot.sandbox.cards.walk import Component, Kind, Place

_COLORS = (
    "neutral", "blue", "turquoise", "lime", "orange", "violet", "indigo", "wathet", "green",
    "yellow", "red", "purple", "carmine",
)  # fmt: skip
_TEMPLATES = (
    "blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet",
    "purple", "indigo", "grey", "default",
)  # fmt: skip

_PLAIN = text_object("plain_text")
_SHORT = text_object("plain_text", most=100)
_TEXT = text_object("plain_text", "lark_md")
_ALIGN = one_of("left", "center", "right")
_VERTICAL = one_of("top", "center", "bottom")
_SPACE = px(0, 99, "small", "medium", "large", "extra_large")
_PADDING = sides(0, 99)
_TRUE_WIDTH = px(100, 9999, "default", "fill", "auto")
_URLS: dict[str, Kind] = dict.fromkeys(("url", "pc_url", "ios_url", "android_url"), text())
_ICON = obj(
    "tag",
    tag=one_of("standard_icon", "custom_icon"),
    token=text(),
    color=color,
    img_key=image_key,
    size=sides(0, 999),
)
_CONFIRM = obj("title text", title=_PLAIN, text=_PLAIN)
_BEHAVIOR = obj(
    "type",
    type=one_of("callback", "open_url", "form_action"),
    value=anything,
    behavior=one_of("submit", "reset"),
    default_url=text(),
    pc_url=text(),
    ios_url=text(),
    android_url=text(),
)

_BASE: dict[str, Kind] = {"tag": anything, "element_id": element_id, "margin": sides(-99, 99)}
_BOX: dict[str, Kind] = {
    "direction": one_of("vertical", "horizontal"),
    "padding": _PADDING,
    "horizontal_spacing": _SPACE,
    "vertical_spacing": _SPACE,
    "horizontal_align": _ALIGN,
    "vertical_align": _VERTICAL,
}
_ACTIVE: dict[str, Kind] = _BASE | {
    "name": text(),
    "required": boolean,
    "disabled": boolean,
    "disabled_tips": _PLAIN,
    "hover_tips": _PLAIN,
    "confirm": _CONFIRM,
    "behaviors": list_of(_BEHAVIOR),
    "width": _TRUE_WIDTH,
    "value": anything,
}
_OPTION = obj("value", text=_SHORT, value=text(), icon=_ICON, multi_url=obj(**_URLS))
_MENU_OPTION = obj("", text=_SHORT, value=text(), icon=_ICON, multi_url=obj(**_URLS))
_PERSON_OPTION = obj("value", value=text(), text=_SHORT, icon=_ICON)
_IMAGE_OPTION = obj(
    "img_key value",
    img_key=image_key,
    i18n_img_key=by_locale(image_key),
    value=text(),
    disabled=boolean,
    disabled_tips=_PLAIN,
    hover_tips=_PLAIN,
)
_SELECT: dict[str, Kind] = _ACTIVE | {
    "placeholder": _SHORT,
    "type": one_of("default", "text"),
    "initial_option": text(),
    "initial_index": integer(0, 10_000),
    "options": list_of(_OPTION),
}
_MULTI_SELECT: dict[str, Kind] = _SELECT | {"selected_values": list_of(text())}
_PICKER: dict[str, Kind] = _ACTIVE | {"placeholder": _SHORT, "value": any_object}
_COLUMN = obj(
    "name",
    name=text(least=1),
    display_name=text(),
    i18n_display_name=by_locale(text()),
    data_type=one_of("text", "lark_md", "markdown", "number", "options", "persons", "date"),
    width=px(80, 600, "auto", *(f"{share}%" for share in range(1, 101))),
    horizontal_align=_ALIGN,
    vertical_align=_VERTICAL,
    format=obj("", symbol=text(), precision=integer(0, 10), separator=boolean),
    date_format=text(),
)

COMPONENTS = MappingProxyType(
    {
        # --- text and pictures
        "div": Component(
            props=_BASE | {"text": _TEXT, "icon": _ICON, "width": px(16, 999, "fill", "auto")},
        ),
        "markdown": Component(
            needs=("content",),
            props=_BASE
            | {
                "content": marked,
                "i18n_content": by_locale(marked),
                "text_align": _ALIGN,
                "text_size": text_size,
                "icon": _ICON,
            },
        ),
        "hr": Component(props=_BASE),
        "img": Component(
            needs=("img_key",),
            props=_BASE
            | {
                "img_key": image_key,
                "i18n_img_key": by_locale(image_key),
                "alt": _PLAIN,
                "title": _PLAIN,
                "scale_type": one_of("crop_center", "fit_horizontal", "crop_top"),
                "size": text(),
                "corner_radius": text(),
                "transparent": boolean,
                "preview": boolean,
            },
        ),
        "img_combination": Component(
            needs=("combination_mode", "img_list"),
            props=_BASE
            | {
                "combination_mode": text(),
                "img_list": list_of(obj("img_key", img_key=image_key)),
                "combination_transparent": boolean,
                "corner_radius": text(),
            },
        ),
        "person": Component(
            needs=("user_id",),
            props=_BASE
            | {
                "user_id": person_id,
                "size": one_of("extra_small", "small", "medium", "large"),
                "show_avatar": boolean,
                "show_name": boolean,
                "style": one_of("normal", "capsule"),
            },
        ),
        "person_list": Component(
            needs=("persons",),
            props=_BASE
            | {
                "persons": list_of(obj("id", id=text())),
                "size": one_of("extra_small", "small", "medium", "large"),
                "lines": integer(1, 100),
                "show_name": boolean,
                "show_avatar": boolean,
                "drop_invalid_user_id": boolean,
                "icon": _ICON,
                "ud_icon": _ICON,
            },
            also=known_persons,
        ),
        # --- data
        "table": Component(
            needs=("columns", "rows"),
            place=Place.ROOT,
            props=_BASE
            | {
                "page_size": integer(1, 10),
                "row_height": px(32, 124, "low", "middle", "high", "auto"),
                "row_max_height": px(32, 999),
                "freeze_first_column": boolean,
                "header_style": obj(
                    "",
                    text_align=_ALIGN,
                    text_size=text_size,
                    background_style=one_of("none", "grey"),
                    text_color=color,
                    bold=boolean,
                    lines=integer(1, 100),
                ),
                "columns": list_of(_COLUMN, least=1, most=50),
                "rows": list_of(any_object),
            },
            also=check_rows,
        ),
        "chart": Component(
            needs=("chart_spec",),
            props=_BASE
            | {
                "chart_spec": check_spec,
                "aspect_ratio": one_of("1:1", "2:1", "4:3", "16:9"),
                "color_theme": one_of("brand", "rainbow", "complementary", "converse", "primary"),
                "height": px(1, 999, "auto"),
                "preview": boolean,
            },
        ),
        # --- containers
        "column_set": Component(
            needs=("columns",),
            nests=True,
            props=_BASE
            | {
                "columns": columns,
                "horizontal_spacing": _SPACE,
                "horizontal_align": _ALIGN,
                "flex_mode": one_of("none", "stretch", "flow", "bisect", "trisect"),
                "background_style": color,
                "action": obj("", multi_url=obj(**_URLS)),
            },
        ),
        "column": Component(
            props=_BASE
            | _BOX
            | {
                "width": px(16, 600, "auto", "weighted"),
                "weight": integer(1, 5),
                "background_style": color,
                "action": obj("", multi_url=obj(**_URLS)),
                "elements": children,
            },
        ),
        "form": Component(
            needs=("name", "elements"),
            place=Place.ROOT,
            nests=True,
            props=_BASE | _BOX | {"name": form_name, "elements": children},
            also=check_form,
        ),
        "interactive_container": Component(
            needs=("elements",),
            nests=True,
            props=_BASE
            | _BOX
            | {
                "width": px(16, 999, "fill", "auto"),
                "height": px(10, 999, "auto"),
                "background_style": color,
                "has_border": boolean,
                "border_color": color,
                "corner_radius": text(),
                "behaviors": list_of(_BEHAVIOR),
                "disabled": boolean,
                "disabled_tips": _PLAIN,
                "hover_tips": _PLAIN,
                "confirm": _CONFIRM,
                "elements": children,
            },
        ),
        "collapsible_panel": Component(
            needs=("header", "elements"),
            nests=True,
            props=_BASE
            | _BOX
            | {
                "expanded": boolean,
                "header": obj(
                    "title",
                    title=text_object("plain_text", "markdown", "lark_md"),
                    icon=_ICON,
                    icon_position=one_of("left", "right", "follow_text"),
                    icon_expanded_angle=one_of(-180, -90, 90, 180),
                    width=px(0, 999, "fill", "auto", "auto_when_fold"),
                    background_color=color,
                    padding=_PADDING,
                    vertical_align=_VERTICAL,
                    position=one_of("top", "bottom"),
                ),
                "border": obj("", color=color, corner_radius=text()),
                "background_color": color,
                "elements": children,
            },
        ),
        # --- what people act on
        "button": Component(
            named=True,
            props=_ACTIVE
            | {
                "text": _PLAIN,
                "type": one_of(
                    "default", "primary", "danger", "text", "primary_text", "danger_text",
                    "primary_filled", "danger_filled", "laser",
                ),
                "size": one_of("tiny", "small", "medium", "large"),
                "icon": _ICON,
                "form_action_type": one_of("submit", "reset"),
                "action_type": one_of("link", "request", "multi", "form_submit", "form_reset"),
                "url": text(),
                "multi_url": obj(**_URLS),
            },
        ),
        "input": Component(
            named=True,
            props=_ACTIVE
            | {
                "input_type": one_of("text", "multiline_text", "password"),
                "default_value": text(1000),
                "i18n_default_value": by_locale(text(1000)),
                "placeholder": _SHORT,
                "label": _PLAIN,
                "label_position": one_of("top", "left"),
                "max_length": integer(1, 1000),
                "rows": integer(1, 1000),
                "auto_resize": boolean,
                "max_rows": integer(1, 1000),
                "show_icon": boolean,
                "value": anything,
            },
        ),
        "select_static": Component(named=True, needs=("options",), props=_SELECT),
        "multi_select_static": Component(
            named=True, needs=("options",), place=Place.FORM, props=_MULTI_SELECT
        ),
        "select_person": Component(
            named=True, props=_SELECT | {"options": list_of(_PERSON_OPTION)}
        ),
        "multi_select_person": Component(
            named=True,
            place=Place.FORM,
            props=_MULTI_SELECT | {"options": list_of(_PERSON_OPTION)},
        ),
        "date_picker": Component(named=True, props=_PICKER | {"initial_date": text()}),
        "picker_time": Component(named=True, props=_PICKER | {"initial_time": text()}),
        "picker_datetime": Component(named=True, props=_PICKER | {"initial_datetime": text()}),
        "overflow": Component(
            needs=("options",), props=_ACTIVE | {"options": list_of(_MENU_OPTION)}
        ),
        "checker": Component(
            named=True,
            props=_ACTIVE
            | _BOX
            | {
                "checked": boolean,
                "text": _TEXT,
                "overall_checkable": boolean,
                "checked_style": obj("", show_strikethrough=boolean, opacity=number(0, 1)),
                "button_area": obj(
                    "", pc_display_rule=one_of("always", "on_hover"),
                    buttons=list_of(any_object, most=3),
                ),
            },
        ),
        "select_img": Component(
            named=True,
            needs=("options",),
            props=_ACTIVE
            | {
                "options": list_of(_IMAGE_OPTION),
                "multi_select": boolean,
                "layout": one_of("stretch", "bisect", "trisect"),
                "aspect_ratio": one_of("1:1", "16:9", "4:3"),
                "can_preview": boolean,
                "style": one_of("normal", "laser"),
                "selected_values": list_of(text()),
            },
        ),
    }
)  # fmt: skip

_TEXT_TAG = obj(
    "tag text",
    tag=one_of("text_tag"),
    text=_PLAIN,
    color=one_of(*_COLORS),
    element_id=element_id,
)
_MS = obj("", **dict.fromkeys(("default", "android", "ios", "pc"), integer(1, 100_000)))

CARD: dict[str, Kind] = {
    "schema": one_of("2.0"),
    "config": obj(
        "",
        update_multi=boolean,
        streaming_mode=boolean,
        streaming_config=obj(
            "",
            print_frequency_ms=_MS,
            print_step=_MS,
            print_strategy=one_of("fast", "delay"),
        ),
        summary=obj("", content=text(), i18n_content=by_locale(text())),
        locales=list_of(locale),
        enable_forward=boolean,
        enable_forward_interaction=boolean,
        width_mode=one_of("default", "compact", "fill"),
        use_custom_translation=boolean,
        style=obj(
            "",
            text_size=map_of(obj("", default=text_size, pc=text_size, mobile=text_size)),
            color=map_of(obj("", light_mode=color, dark_mode=color)),
        ),
    ),
    "card_link": obj("", **_URLS),
    "header": obj(
        "title",
        title=_TEXT,
        subtitle=_TEXT,
        text_tag_list=list_of(_TEXT_TAG, most=3),
        i18n_text_tag_list=by_locale(list_of(_TEXT_TAG, most=3)),
        template=one_of(*_TEMPLATES),
        icon=_ICON,
        padding=_PADDING,
    ),
    "body": obj("elements", **_BOX, elements=children),
}

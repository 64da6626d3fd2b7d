"""Renders templates in Jinja's sandbox, with bounds on what they may cost.

Jinja's sandbox keeps a template from the program's insides; it does not bound time or memory. So
what can multiply is left out: macros, includes, deep loops, long ranges, text made of text. What
is left takes time and room that grow with the template's own length.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_SOURCE = 16 * 1024
MOST_OUTPUT = 64 * 1024
_MOST_TURNS = 100
_DEEPEST_LOOP = 2
_MOST_LOOPS = 10
_FILTERS = (
    "abs",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "items",
    "last",
    "length",
    "list",
    "lower",
    "reverse",
    "round",
    "sort",
    "string",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
)
_LEFT_OUT = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
    nodes.Block,
    nodes.AssignBlock,
    nodes.FilterBlock,
)
_MULTIPLIES = (nodes.Add, nodes.Concat, nodes.Mul, nodes.Pow, nodes.Mod, nodes.Filter, nodes.Call)
_METHODS = frozenset({"strftime", "isoformat", "get", "items", "startswith", "endswith", "split"})


class TemplateFault(ValueError):  # noqa: N818 - it is what is wrong with a template
    """What is wrong with a template, in words for who wrote it."""


class _Environment(ImmutableSandboxedEnvironment):
    """No operator makes much out of little."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        plain = all(isinstance(one, int | float) for one in (left, right))
        if operator == "**" or (not plain and operator in ("*", "%")):
            raise TemplateFault(f"{operator} is for numbers only, and ** for none")
        return super().call_binop(context, operator, left, right)


def _turns(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > _MOST_TURNS:
        raise TemplateFault(f"range of at most {_MOST_TURNS}")
    return found


def _join(values: Iterable[Any], between: str = "") -> str:
    texts = [str(one) for one in values]
    if sum(map(len, texts)) + len(between) * len(texts) > MOST_OUTPUT:
        raise TemplateFault("join of less text")
    return between.join(texts)


def _replace(text: str, old: str, new: str) -> str:
    if len(text) + text.count(old) * len(new) > MOST_OUTPUT:
        raise TemplateFault("replace of less text")
    return text.replace(old, new)


def _environment(*, markup: bool) -> _Environment:
    made = _Environment(
        undefined=StrictUndefined, autoescape=markup, trim_blocks=True, lstrip_blocks=True
    )
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.filters |= {"join": _join, "replace": _replace}
    made.globals = {"range": _turns}
    return made


_TEXT, _MARKUP = _environment(markup=False), _environment(markup=True)


def check(source: str) -> None:
    """Look whether a template can be used at all.

    Raises:
        TemplateFault: With what is wrong.
    """
    if len(source) > MOST_SOURCE:
        raise TemplateFault(f"at most {MOST_SOURCE // 1024} KiB")
    try:
        tree = _TEXT.parse(source)
        _TEXT.compile(source)
    except TemplateError as error:
        raise TemplateFault(_said(error)) from error
    _refuse(tree)


def render(
    source: str, context: Mapping[str, Any], *, most: int = MOST_OUTPUT, markup: bool = False
) -> str:
    """What a template makes of a context.

    Args:
        source: The template.
        context: What it may name.
        most: Characters; more are a fault, not cut, since half a text may say something else.
        markup: Whether values are escaped for HTML.

    Raises:
        TemplateFault: If it cannot be used, or names what is not there.
    """
    check(source)
    try:
        template = (_MARKUP if markup else _TEXT).from_string(source)
        return "".join(_bounded(template.generate(dict(context)), most))
    except TemplateFault:
        raise
    except TemplateError as error:
        raise TemplateFault(_said(error)) from error
    except Exception as error:
        raise TemplateFault(f"{type(error).__name__}: {error}"[:300]) from error


def _refuse(tree: nodes.Template) -> None:
    """What could make much out of little."""
    for node in tree.find_all(_LEFT_OUT):
        raise TemplateFault(f"line {node.lineno}: {type(node).__name__} is not for templates here")
    for node in tree.find_all(nodes.Assign):
        if isinstance(node.node, _MULTIPLIES) or any(node.node.find_all(_MULTIPLIES)):
            raise TemplateFault(f"line {node.lineno}: set takes no filters, sums or calls")
    for call in tree.find_all(nodes.Call):
        if not _known(call.node):
            raise TemplateFault(f"line {call.lineno}: this cannot be called")
    loops = list(tree.find_all(nodes.For))
    if len(loops) > _MOST_LOOPS or any(one.recursive for one in loops):
        raise TemplateFault(f"at most {_MOST_LOOPS} loops, none of them recursive")
    if _depth(tree) > _DEEPEST_LOOP:
        raise TemplateFault(f"loops inside loops only {_DEEPEST_LOOP} deep")


def _bounded(parts: Iterator[str], most: int) -> Iterator[str]:
    size = 0
    for part in parts:
        size += len(part)
        if size > most:
            raise TemplateFault(f"at most {most} characters come out")
        yield part


def _known(called: nodes.Node) -> bool:
    if isinstance(called, nodes.Getattr):
        return called.attr in _METHODS
    return isinstance(called, nodes.Name) and called.name == "range"


def _depth(node: nodes.Node) -> int:
    below = max((_depth(one) for one in node.iter_child_nodes()), default=0)
    return below + isinstance(node, nodes.For)


def _said(error: TemplateError) -> str:
    line = getattr(error, "lineno", None)
    return f"line {line}: {error.message}" if line else str(error.message)

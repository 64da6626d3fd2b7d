"""A light import of the Feishu SDK: its heavy packages run only when something asks for them.

A plain ``import lark_oapi`` runs 11,000 modules (3 s, 170 MB), of which the doors need 150.
"""

import asyncio
import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

_HEAVY_PACKAGES = (
    "lark_oapi",
    "lark_oapi.api",
    "lark_oapi.api.im",
    "lark_oapi.api.im.v1",
    "lark_oapi.api.im.v1.model",
    "lark_oapi.api.im.v1.resource",
)
_DISPATCHER = "lark_oapi.event.dispatcher_handler"
_LONG_CONNECTION = "lark_oapi.ws.client"


class _Deferred(ModuleType):
    """A module whose own code runs at the first look at a name that it does not have yet.

    Submodules import normally. So whoever wants the whole SDK later in the same process, or a name
    that another release moved, gets the full import instead of an error.
    """

    def __getattr__(self, name: str) -> Any:
        # `import *` asks for __all__ first; other dunders are questions of tools, not of users.
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]  # real from here on
        if self.__spec__ is not None and self.__spec__.loader is not None:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def defer_heavy_packages() -> None:
    """Prepare ``import lark_oapi.…``; harmless when done twice or after a full import."""
    for name in _HEAVY_PACKAGES:
        _defer(name)


def import_long_connection() -> None:
    """Import the SDK's long connection without its event dispatcher (7,000 modules).

    Also closes the event loop that the SDK makes for the importing thread: every session of ours
    brings its own. Harmless when the SDK was already imported in full.
    """
    defer_heavy_packages()
    if _LONG_CONNECTION in sys.modules:
        return
    dispatcher = _defer(_DISPATCHER)
    if dispatcher is not None:
        # The long connection names it in one annotation; our sessions dispatch themselves.
        vars(dispatcher)["EventDispatcherHandler"] = object
    throwaway = asyncio.new_event_loop()
    asyncio.set_event_loop(throwaway)
    try:
        importlib.import_module(_LONG_CONNECTION)
    finally:
        asyncio.set_event_loop(None)
        throwaway.close()
        if dispatcher is not None and type(dispatcher) is _Deferred:
            vars(dispatcher).pop("EventDispatcherHandler")


def _defer(name: str) -> ModuleType | None:
    """Put a deferred module in place; None when the real one is there or there is none."""
    if name in sys.modules:
        return None
    spec = importlib.util.find_spec(name)  # imports the parents, which are deferred by now
    if spec is None or spec.loader is None:
        return None
    module = _Deferred(name)
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__file__ = spec.origin
    module.__package__ = name if spec.submodule_search_locations is not None else spec.parent
    if spec.submodule_search_locations is not None:
        module.__path__ = list(spec.submodule_search_locations)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    return module

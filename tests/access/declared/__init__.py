"""What each part of the product adds to the access table: one module a part, found by itself.

``RULES``: address name → Rule. ``of_register(register)``: the same for addresses that every register has.
``values(name, system)``: real values for the parameters of its addresses.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

parts: list[ModuleType] = [
    import_module(f"{__name__}.{found.name}") for found in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
]

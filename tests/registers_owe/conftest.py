"""What the kernel gives to every register is asked of every register in turn, not of each one each time.

A third of the registers answers each question, chosen by its name and theirs, so that each register answers a third of
all questions; `tests/test_registers.py` asks all of all. With ASSURANCE_ROUNDS, or named by `-k`, so does this.
"""

import os
import zlib

import pytest

ONE_OF = 3


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("ASSURANCE_ROUNDS") or config.getoption("keyword"):
        return
    left = [item for item in items if not asked_today(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def asked_today(item: pytest.Item) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    register = params.get("register")
    if "tests/registers_owe/" not in item.path.as_posix() or register is None:
        return True
    question = f"{getattr(item, 'originalname', item.name)} {register.slug}"
    return zlib.crc32(question.encode()) % ONE_OF == 0

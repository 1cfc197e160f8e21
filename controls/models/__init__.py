from controls.models.control import Control
from controls.models.framework import Framework, Mapping, Requirement, requirements_of
from controls.models.test import ControlTest, TestRun

__all__ = ["Control", "ControlTest", "Framework", "Mapping", "Requirement", "TestRun", "requirements_of"]

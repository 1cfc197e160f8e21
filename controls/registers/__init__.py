"""This app's registers."""

import controls.registers.controls
import controls.registers.frameworks  # noqa: F401

"""Running a test on decision records."""

from grc.access.roles import Permission
from tests.access.rule import Rule

RUN = Rule("organisation", Permission.CONTROLS_VIEW, ("POST",), {"POST": Permission.CONTROLS_EDIT})
RULES = {"control-tests-run": RUN, "api-control-test-run": RUN}

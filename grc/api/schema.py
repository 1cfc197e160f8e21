"""How operations are named in the API's description."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """An operation is named by its whole path, so that ``imports`` and ``imports/{job}`` have names of their own."""

    def get_operation_id(self) -> str:
        parts = self.path.removeprefix("/api/v1/o/{organisation}").removeprefix("/api/v1").strip("/").split("/")
        words = [part.strip("{}").replace("-", "_") for part in parts if part]
        return "_".join([*words, self._verb()])

    def _verb(self) -> str:
        if self.method.lower() == "get" and self._is_list_view():
            return "list"
        return {"get": "read", "post": "do", "patch": "change", "put": "put", "delete": "delete"}[self.method.lower()]

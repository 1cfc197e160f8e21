"""Migrating in a third of the time: what a migration adds is made known alone."""

import contextlib
from collections.abc import Iterator

from django.db.migrations.state import ModelState, ProjectState


@contextlib.contextmanager
def models_added_one_by_one() -> Iterator[None]:
    """While this holds, a model that a migration adds is rendered alone.

    Django renders again whatever is related to it, here every other model, for the sake of reverse relations, which no
    schema change asks for: most of the time that an empty database takes. A ``RunPython`` that follows a new model
    back from one it points at would say that there is no such relation.
    """
    as_it_is = ProjectState.add_model

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]
            self.resolve_model_relations(key)
        if "apps" in self.__dict__:
            self.apps.render_multiple([model_state])

    ProjectState.add_model = add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = as_it_is  # type: ignore[method-assign]

from aims.models.operation import AISystem, Component

__all__ = ["AISystem", "Component"]

"""The registers of clauses 4 to 10, in the order of the standard."""

from aims.registers import applicability, context, improvement, planning, programme, support, systems

__all__ = ["applicability", "context", "improvement", "planning", "programme", "support", "systems"]

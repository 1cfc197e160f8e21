"""Calls to addresses that people type in: each checked before it is connected to, and none followed blindly."""

from grc.outbound.policy import Allowed, AllowList
from grc.outbound.refusal import OutboundFailed, OutboundRefused
from grc.outbound.session import Response, Session, fetch

__all__ = ["AllowList", "Allowed", "OutboundFailed", "OutboundRefused", "Response", "Session", "fetch"]

"""A witness run by another legal entity, which cosigns what the proxy serves."""

from evidence.models import Source
from evidence.recorder.server import Answer, Contract
from grc.access.actor import Actor
from tests.evidence.decisions.proxy import Proxy, pull
from tests.evidence.tlog.honest_log import cosigned, witness_key

NAME = "witness.example/w1"


class Cosigned(Contract):
    """Serves an honest log whose checkpoints a witness has seen, at ``at`` (seconds since 1970)."""

    def __init__(self, honest: Contract, at: int) -> None:
        self.__dict__ = honest.__dict__
        self._at = at

    def get(self, path: str, query: str) -> Answer:
        answer = super().get(path, query)
        return answer._replace(body=cosigned(answer.body, NAME, self._at)) if path == "/checkpoint" else answer


def witnessed_source(proxy: Proxy, by: Actor) -> Source:
    """A source with one decision (position 1), pulled under a checkpoint that the witness cosigned."""
    proxy.decide()
    proxy.server.contract = Cosigned(proxy.server.contract, proxy.clock[0] // 1_000_000)
    source = proxy.source(by, witness_key=witness_key(NAME).to_vkey(), witness_name="Independent Ltd")
    pull(source)
    return source

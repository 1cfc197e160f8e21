"""Which addresses may be called: the open internet, and what an administrator has listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from grc.outbound.addresses import Address, Network, is_metadata, is_public, plain
from grc.outbound.refusal import OutboundRefused

_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024


@dataclass(frozen=True)
class Allowed:
    """One entry: this host on this port may resolve into this network. All three must agree."""

    host: str
    port: int
    network: Network

    @classmethod
    def parse(cls, host: str, port: int, network: str) -> "Allowed":
        """Read an entry as an administrator types it; raises ``ValueError`` with a sentence."""
        name = host.strip().rstrip(".").lower()
        if not name or not 0 < port < 65536:
            raise ValueError("An entry needs a host and a port between 1 and 65535.")
        try:
            return cls(name, port, ip_network(network.strip()))
        except ValueError:
            raise ValueError(f"“{network[:60]}” is not a network such as 10.0.0.0/8 or fd00::/8.") from None


@dataclass(frozen=True)
class AllowList:
    """An administrator's exceptions for hosts that are not on the open internet. Empty: none."""

    entries: Sequence[Allowed] = ()

    def check(self, host: str, port: int, addresses: Sequence[Address]) -> None:
        """Raise ``OutboundRefused`` unless the host may be called at every one of its addresses.

        All must pass, because whoever controls the name decides which of them is used.
        """
        for address in addresses:
            self._check_one(host, port, plain(address), address)

    def _check_one(self, host: str, port: int, address: Address, original: Address) -> None:
        shown = host if host == str(original) else f"{host} ({original})"
        if is_metadata(original):
            raise OutboundRefused(
                f"{shown} is the metadata service of a cloud, which gives out credentials. It is never called."
            )
        if self._lists(host, port, address):
            return
        if not is_public(original):
            raise OutboundRefused(
                f"{shown} is not on the open internet. An administrator can allow this host, port {port} and network."
            )
        if port not in _WEB_PORTS and port < _FIRST_FREE_PORT:
            raise OutboundRefused(
                f"Port {port} of {shown} belongs to another service than the web. "
                "An administrator can allow this host, port and network."
            )

    def _lists(self, host: str, port: int, address: Address) -> bool:
        return any(
            entry.host == host
            and entry.port == port
            and entry.network.version == address.version
            and address in entry.network
            for entry in self.entries
        )

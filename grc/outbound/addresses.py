"""What an IP address is for: the open internet, a network of our own, or a cloud's metadata service.

Sources: the IANA special-purpose address registries for IPv4 and IPv6, RFC 6052 (NAT64), RFC 3056 (6to4),
RFC 4380 (Teredo), RFC 5214 (ISATAP), and the metadata addresses that cloud providers document.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# Whoever reaches these gets credentials of the machine. No setting opens them.
_METADATA = tuple(
    ip_network(text)
    for text in (
        "169.254.169.0/24",  # AWS, Google, Azure, Oracle, DigitalOcean, OpenStack, with AWS's time and name servers
        "169.254.170.0/24",  # AWS containers and pods
        "169.254.0.23/32",  # Tencent
        "169.254.42.42/32",  # Scaleway
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure's wire server
        "192.0.0.192/32",  # Oracle, old
        "fd00:ec2::/64",  # AWS
        "fd20:ce::254/128",  # Google
        "fd00:42::42/128",  # Scaleway
        "fe80::a9fe:a9fe/128",  # OpenStack
        "fd00:c1::a9fe:a9fe/128",  # Oracle
    )
)

_SPECIAL_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

_GLOBAL_IPV6 = IPv6Network("2000::/3")
_SPECIAL_IPV6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_ANY = IPv6Network("64:ff9b::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)


def plain(address: Address) -> Address:
    """Return the IPv4 address behind an IPv4-mapped one (the same host by definition), else the address itself."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_metadata(address: Address) -> bool:
    """Tell whether the address, or one that is embedded in it in any known manner, is a metadata service."""
    return any(
        found in network
        for found in (address, *_embedded(address))
        for network in _METADATA
        if found.version == network.version
    )


def is_public(address: Address) -> bool:
    """Tell whether the address belongs to the open internet; everything reserved, private or tunnelled does not."""
    address = plain(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_IPV4)
    if address in _NAT64:  # networks without IPv4 reach every public IPv4 host like this
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    return address in _GLOBAL_IPV6 and not isatap and not any(address in network for network in _SPECIAL_IPV6)


def _embedded(address: Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    bits = int(address)
    low = bits & 0xFFFFFFFF
    # Mapped, compatible, translated and NAT64 with a /96 prefix end in it; Teredo ends in its complement.
    found = [low, low ^ 0xFFFFFFFF] if address.teredo else [low]
    if address.teredo:
        found.append((bits >> 64) & 0xFFFFFFFF)
    if address.sixtofour:
        found.append(int(address.sixtofour))
    if address in _NAT64_ANY:
        # RFC 6052: after prefixes of 32 to 64 bits the address goes around bits 64 to 71.
        found += [_around_middle(bits, prefix) for prefix in (32, 40, 48, 56, 64)]
    return [IPv4Address(value) for value in found]


def _around_middle(bits: int, prefix: int) -> int:
    without_middle = (bits >> 64) << 56 | (bits & ((1 << 56) - 1))
    return (without_middle >> (120 - prefix - 32)) & 0xFFFFFFFF

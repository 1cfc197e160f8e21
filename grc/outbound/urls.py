"""A URL as it will be called, read in one way only: what could be read in two is refused."""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from grc.outbound.addresses import Address, is_metadata
from grc.outbound.refusal import OutboundRefused

MAX_URL = 4096
_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMERIC_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|[\u0080-\u009f\u00a0\u2028\u2029]")
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Target:
    """A checked URL: ``host`` is lower-case ASCII (or the address as text), ``path`` carries the query."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials belong to."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL in its one spelling, without user, password and fragment."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def parse(url: str) -> Target:
    """Read an absolute URL; raises ``OutboundRefused`` with a sentence that says what is wrong with it."""
    if len(url) > MAX_URL:
        raise OutboundRefused(f"The address is longer than {MAX_URL:,} characters.")
    if _UNSAFE.search(url):
        raise OutboundRefused("The address holds a space, a control character or a backslash.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundRefused("The address is not a valid URL.") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise OutboundRefused("The address must begin with https:// or http://.")
    if "@" in parts.netloc:
        raise OutboundRefused("The address holds a user or a password. Enter credentials in their own field.")
    if port == 0:
        raise OutboundRefused("Port 0 cannot be called.")
    host, address = _host(parts.netloc)
    query = f"?{quote(parts.query, safe=_PATH_SAFE + '?[]')}" if parts.query else ""
    path = quote(parts.path or "/", safe=_PATH_SAFE)
    return Target(scheme, host, port or _PORTS[scheme], path + query, address)


def join(base: Target, location: str) -> Target:
    """Read the target of a redirect, which may be relative to the URL that gave it."""
    if _UNSAFE.search(location) or len(location) > MAX_URL:
        raise OutboundRefused("The server redirects to an address that is not valid.")
    try:
        return parse(urljoin(base.url, location))
    except ValueError:
        raise OutboundRefused("The server redirects to an address that is not valid.") from None


def _host(netloc: str) -> tuple[str, Address | None]:
    if netloc.startswith("["):
        inside, _, after = netloc[1:].partition("]")
        if after and not after.startswith(":"):
            raise OutboundRefused("The host of the address is not a valid name.")
        return _ipv6(inside)
    given = netloc.partition(":")[0]
    try:
        host = given.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        raise OutboundRefused("The host of the address is not a valid name.") from None
    if not host:
        raise OutboundRefused("The address names no host.")
    if _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return _ipv4(host)
    if host in _METADATA_NAMES:
        raise OutboundRefused(f"{host} is the metadata service of a cloud. It is never called.")
    if not _HOST_NAME.fullmatch(host):
        raise OutboundRefused("The host of the address is not a valid name.")
    return host, None


def _ipv4(host: str) -> tuple[str, Address]:
    # A last label of digits means an IPv4 address to every client; inet_aton knows all its old spellings.
    try:
        address = IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        raise OutboundRefused("The host of the address is not a valid IP address.") from None
    if is_metadata(address):
        raise OutboundRefused(f"{host} is the metadata service of a cloud ({address}). It is never called.")
    if str(address) != host:
        raise OutboundRefused(f"Write the IP address {host} in its ordinary form, {address}.")
    return host, address


def _ipv6(text: str) -> tuple[str, Address]:
    try:
        if "%" in text:
            raise ValueError
        address = IPv6Address(text)
    except ValueError:
        raise OutboundRefused("The host of the address is not a valid IP address.") from None
    return str(address), address

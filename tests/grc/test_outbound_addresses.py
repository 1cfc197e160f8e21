"""Which addresses and URLs may be called, in every spelling."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.outbound import Allowed, AllowList, OutboundRefused
from grc.outbound.addresses import is_metadata, is_public
from grc.outbound.urls import join, parse

EVERYTHING = [Allowed.parse("evil.example", port, net) for port in (80, 443) for net in ("0.0.0.0/0", "::/0")]

METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::1",
    "::169.254.169.254",
    "::ffff:169.254.169.254",
    "::ffff:0:169.254.169.254",
    "fe80::5efe:a9fe:a9fe",
    "2001:0:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "::ffff:a83f:8110",
    "64:ff9b::6464:64c8",
]


@pytest.mark.parametrize("text", METADATA)
def test_metadata_address_is_refused_whatever_is_allowed(text: str) -> None:
    assert is_metadata(ip_address(text))
    with pytest.raises(OutboundRefused, match="metadata service"):
        AllowList(EVERYTHING).check("evil.example", 80, [ip_address(text)])


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.01",
        "0",
        "017700000001",
        "0x7f.0.0x0.1",
        "2852039166",
        "0xa9fea9fe",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.16689662",
    ],
)
def test_url_with_an_oddly_spelt_address_is_refused(host: str) -> None:
    with pytest.raises(OutboundRefused, match=r"ordinary form|metadata service"):
        parse(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://１６９.254.169.254/",
        "http://169。254。169。254/",
        "http://⑯⑨.254.169.254/",
        "http://169.254.169.254./",
        "http://metadata.google.internal/",
        "http://METADATA.google.internal./",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]:80/",
        "http://[fd00:ec2::254]/",
        "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    ],
)
def test_url_of_a_metadata_service_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused):
        target = parse(url)
        assert target.address
        AllowList(EVERYTHING).check(target.host, target.port, [target.address])


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "169.254.1.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "192.88.99.1",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::808:808",
        "100::1",
        "5f00::1",
        "4000::1",
        "3fff::1",
        "2600::5efe:808:808",
        "2600::200:5efe:1.1.1.1",
    ],
)
def test_address_that_is_not_public_is_refused_unless_listed(text: str) -> None:
    address = ip_address(text)
    with pytest.raises(OutboundRefused, match="not on the open internet"):
        AllowList().check("evil.example", 443, [address])
    AllowList(EVERYTHING).check("evil.example", 443, [address])


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_address_is_accepted(text: str) -> None:
    AllowList().check("example.org", 443, [ip_address(text)])


@given(st.ip_addresses(v=4))
def test_mapped_address_is_judged_as_the_one_it_maps(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    assert is_public(mapped) == is_public(address)
    assert is_metadata(mapped) == is_metadata(address)


@given(st.ip_addresses(v=6, network="64:ff9b::/96") | st.ip_addresses(v=6))
def test_public_address_is_never_one_that_python_calls_private(address: IPv6Address) -> None:
    if is_public(address) and address not in _nat64():
        assert not address.is_private
        assert not address.is_multicast
        assert not address.is_link_local


def _nat64() -> set[IPv6Address]:
    class Network:
        def __contains__(self, address: IPv6Address) -> bool:
            return address.exploded.startswith("0064:ff9b:0000:0000:0000:0000:")

    return Network()  # type: ignore[return-value]


def test_allow_list_demands_host_port_and_network() -> None:
    allow = AllowList([Allowed.parse("Proxy.Internal.", 4000, "10.2.0.0/16")])
    allow.check("proxy.internal", 4000, [ip_address("10.2.3.4")])
    allow.check("proxy.internal", 4000, [ip_address("::ffff:10.2.3.4")])
    for host, port, address in [
        ("other.internal", 4000, "10.2.3.4"),
        ("proxy.internal", 4001, "10.2.3.4"),
        ("proxy.internal", 4000, "10.3.3.4"),
        ("proxy.internal", 4000, "127.0.0.1"),
    ]:
        with pytest.raises(OutboundRefused):
            allow.check(host, port, [ip_address(address)])


def test_allow_list_judges_every_address_of_a_name() -> None:
    with pytest.raises(OutboundRefused):
        AllowList().check("evil.example", 443, [ip_address("8.8.8.8"), ip_address("127.0.0.1")])


@pytest.mark.parametrize("port", [22, 25, 53, 110, 445, 993])
def test_port_of_another_service_is_refused_unless_listed(port: int) -> None:
    with pytest.raises(OutboundRefused, match="another service"):
        AllowList().check("example.org", port, [ip_address("8.8.8.8")])
    AllowList([Allowed.parse("example.org", port, "8.8.8.8")]).check("example.org", port, [ip_address("8.8.8.8")])


@pytest.mark.parametrize(("host", "port", "network"), [("", 80, "10.0.0.0/8"), ("a", 0, "10.0.0.0/8"), ("a", 80, "x")])
def test_allow_list_entry_that_is_malformed_is_refused(host: str, port: int, network: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Allowed.parse(host, port, network)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://x/",
        "javascript:1",
        "http://",
        "http:///x",
        "http://user@example.org/",
        "http://user:pw@example.org/",
        "http://a@b@example.org/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://exa mple.org/",
        "http://example.org\\@evil.example/",
        "http://example.org/\r\nX: 1",
        "http://exa%6dple.org/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[::1]evil/",
        "http://a..b/",
        "http://-a.example/",
        "http://1.2.3.4.5/",
        "http://" + "a" * 5000 + "/",
        "http://\u202eexample.org/",
        "http://[v1.x]/",
        "http://exa\tmple.org/",
    ],
)
def test_url_that_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused) as refusal:
        parse(url)
    assert refusal.value.reason.endswith(".")
    assert "pw" not in refusal.value.reason


@pytest.mark.parametrize(
    ("url", "spelt"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org.:443/a?b=c#frag", "https://example.org/a?b=c"),
        ("http://example.org:8080/a b".replace(" ", "%20"), "http://example.org:8080/a%20b"),
        ("http://bücher.example/é", "http://xn--bcher-kva.example/%C3%A9"),
        ("http://[2606:4700:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("http://8.8.8.8/x", "http://8.8.8.8/x"),
        ("http://my_service.internal/", "http://my_service.internal/"),
    ],
)
def test_url_is_read_into_one_spelling(url: str, spelt: str) -> None:
    assert parse(url).url == spelt


@given(
    st.text(max_size=60) | st.text(st.sampled_from("htps:/@[].0123456789abcdefx%#?\\ ")).map(lambda t: "http://" + t)
)
def test_url_of_any_text_is_read_or_refused_and_reads_the_same_again(text: str) -> None:
    try:
        target = parse(text)
    except OutboundRefused:
        return
    assert parse(target.url) == target


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "https://example.org/b"),
        ("//other.example/", "https://other.example/"),
        ("?q=1", "https://example.org/a?q=1"),
    ],
)
def test_redirect_target_is_read_relative_to_its_base(location: str, expected: str) -> None:
    assert join(parse("https://example.org/a"), location).url == expected

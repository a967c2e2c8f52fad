"""Where a gateway may connect to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from nodai_mock.workflows.engines import destination
from nodai_mock.workflows.engines.destination import Forbidden, is_public, resolve


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "2002:0a00:0001::1",
     "64:ff9b::a00:1", "192.0.2.1"],
)  # fmt: skip
def test_addresses_of_ones_own_network_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_local_server_reaches_its_own_machine() -> None:
    assert resolve("127.0.0.1", 80, hosted=False) == "127.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "::1"])
def test_a_hosted_server_does_not(host: str) -> None:
    with pytest.raises(Forbidden):
        resolve(host, 80, hosted=True)


def test_one_private_address_condemns_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", ("8.8.8.8", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(destination.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Forbidden):
        resolve("rebinding.example", 80, hosted=True)


@pytest.mark.parametrize("host", ["does-not-exist.invalid", "a" * 300])
def test_a_name_that_leads_nowhere_is_forbidden(host: str) -> None:
    with pytest.raises(Forbidden):
        resolve(host, 80, hosted=False)

"""The gateway of a hosted server does not look around in its own network."""

from __future__ import annotations

import pytest
from nodai_mock.workflows.engines.gateway import Gateway, UpstreamFailed


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:4010/", "http://localhost/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
     "http://0.0.0.0/", "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http:///nowhere", "https://"],
)  # fmt: skip
def test_a_hosted_gateway_refuses_private_destinations(url: str) -> None:
    gateway = Gateway(hosted=True)
    with pytest.raises(UpstreamFailed) as failed:
        gateway.open(url, {}, {}, 1)
    gateway.close()
    assert failed.value.status is None

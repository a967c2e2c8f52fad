"""Says whether the environment sends calls to an address through a proxy."""

from __future__ import annotations

import os


def wanted(scheme: str, host: str, port: int) -> bool:
    """Whether HTTP_PROXY, HTTPS_PROXY or ALL_PROXY applies, and NO_PROXY does not."""
    names = (f"{scheme}_proxy", "all_proxy")
    if not any(os.environ.get(name) or os.environ.get(name.upper()) for name in names):
        return False
    from urllib import request  # slow to import

    proxies = request.getproxies()
    return bool(proxies.get(scheme) or proxies.get("all")) and not request.proxy_bypass(f"{host}:{port}")

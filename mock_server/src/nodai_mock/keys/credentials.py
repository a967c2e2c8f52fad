"""The credential of a request: exactly one, in one of two headers."""

from collections.abc import Mapping

from nodai_mock.kernel.errors import Refusal


def credential(headers: Mapping[str, str]) -> str:
    """The secret in `X-API-Key` or `Authorization: Bearer`. Refusal 401 for none, 400 for more than one."""
    key = headers.get("x-api-key")
    authorization = headers.get("authorization")
    if key and authorization:
        raise Refusal("ambiguous_credentials")
    if key:
        return _single(key)
    if not authorization or not authorization.strip():
        raise Refusal("missing_api_key")
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not rest.strip():
        raise Refusal("malformed_api_key")
    return _single(rest)


def _single(value: str) -> str:
    if "," in value:  # a repeated header arrives as one, joined by commas
        raise Refusal("ambiguous_credentials")
    return value.strip()

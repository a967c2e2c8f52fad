"""Answers that hold a secret are stored sealed: only the credential that may repeat the request opens them."""

import hashlib

SECRETIVE = frozenset({"CreatedApiKey", "ClientSession"})
"""The schemas of answers with a secret, of which the database keeps nothing but the hash."""


def sealed(body: bytes, credential: str, request_id: str) -> bytes:
    """The body, sealed; or of a sealed one, the body.

    The credential, which is not stored either, makes a key stream (SHAKE-256) that is used for this one request only.
    """
    stream = hashlib.shake_256(f"{request_id} {credential}".encode()).digest(len(body))
    return (int.from_bytes(body) ^ int.from_bytes(stream)).to_bytes(len(body))

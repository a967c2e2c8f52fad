"""The secret of a key: how it is made, recognised and remembered."""

import hashlib
import re
import zlib

MARKS = {"secret": "", "publishable": "pub_", "session": "ses_"}
_BODY = re.compile(r"[0-9a-f]{64}", re.ASCII)
BODY_BYTES = 28
"""Random bytes in a secret: 56 hex characters, before the 8 of their CRC-32."""


def compose(body: str, *, prefix: str = "nk_", kind: str = "secret") -> str:
    """The secret around 56 random lower-case hex characters: prefix, mark of the kind, body, checksum."""
    return f"{prefix}{MARKS[kind]}{body}{zlib.crc32(body.encode()):08x}"


def kind_of(text: str, prefix: str = "nk_") -> str | None:
    """The kind of a well-formed secret; None for a wrong shape or checksum, found without any look-up."""
    if not text.startswith(prefix):
        return None
    rest = text[len(prefix) :]
    for kind, mark in MARKS.items():
        body = rest[len(mark) :]
        if rest.startswith(mark) and _BODY.fullmatch(body):
            return kind if f"{zlib.crc32(body[:56].encode()):08x}" == body[56:] else None
    return None


def fingerprint(secret: str) -> bytes:
    """What is stored instead of the secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def shown(secret: str, prefix: str = "nk_") -> tuple[str, str]:
    """What may be shown of a secret for ever: its beginning and its last four characters."""
    head = next(mark for mark in reversed(MARKS.values()) if secret.startswith(prefix + mark))
    return secret[: len(prefix) + len(head) + 8], secret[-4:]

"""Reads structured header fields (RFC 9651) as far as rate limits need them: lists of named items with parameters."""

from __future__ import annotations

import re

_STRING = r'"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_WORD = r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*"
_BARE = rf"{_STRING}|:[A-Za-z0-9+/=]*:|\?[01]|-?\d{{1,15}}(?:\.\d{{1,3}})?|{_WORD}"
_KEY = r"[a-z*][a-z0-9_\-.*]*"
_PARAMETER = re.compile(rf"; *({_KEY})(?:=({_BARE}))?")
_MEMBER = re.compile(rf"({_STRING}|{_WORD})((?:; *{_KEY}(?:=(?:{_BARE}))?)*)")
_COMMA = re.compile(r"[ \t]*(?:,[ \t]*|$)")


def named_items(text: str) -> dict[str, dict[str, int]]:
    """`"key";q=1000;w=3600, "burst";q=200` → each name with its whole-number parameters.

    A field that breaks the syntax says nothing, as the RFC asks: then the result is empty.
    """
    items: dict[str, dict[str, int]] = {}
    text = text.strip(" \t")
    at = 0
    while at < len(text):
        member = _MEMBER.match(text, at)
        comma = _COMMA.match(text, member.end()) if member else None
        if member is None or comma is None or (comma.end() == len(text) and text[-1] == ","):
            return {}
        at = comma.end()
        name = re.sub(r"\\(.)", r"\1", member[1][1:-1]) if member[1].startswith('"') else member[1]
        pairs = _PARAMETER.findall(member[2])
        items[name] = {key: int(value) for key, value in pairs if value.lstrip("-").isdigit()}
    return items

"""The sentinel that means "not given", because None means JSON null."""

from __future__ import annotations

import enum
from typing import Final, Literal


class _Omitted(enum.Enum):
    OMIT = "OMIT"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "OMIT"


Omit = Literal[_Omitted.OMIT]
OMIT: Final = _Omitted.OMIT

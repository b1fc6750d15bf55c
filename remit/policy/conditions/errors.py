"""What is wrong with a condition, and where. Findings of whole documents live in `document` and `check`."""

from __future__ import annotations


class ConditionError(ValueError):
    """A condition that can't be read. `line` and `column` (both from 1) point into the document; `nearest` is
    the valid name or value closest to the one written, or None; `hint` says what to write instead, or None.
    """

    def __init__(
        self, message: str, line: int, column: int, nearest: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column
        self.nearest = nearest
        self.hint = hint

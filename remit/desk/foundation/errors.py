"""What can go wrong, as one tree. A page or an answer is made from these in one place (`middleware.DeskErrors` for
pages, the API's handler for JSON).

    DeskError                 something a person can be told: what happened, which clause or field, what to do
    ├── Refused               a rule of the policy said no; carries its clauses                        409
    ├── InvalidInput          fields hold what cannot be; carries a sentence for each field            422
    ├── NotFoundHere          not there, or not for this person: the two look the same                 404
    ├── Conflict              someone else was first, or the thing is no longer in that state          409
    ├── DeliveryError         the outside did not take it; permanent or worth another try
    └── Misconfigured         the installation cannot do this until its operator sets something        503
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class DeskError(Exception):
    """A failure with words for people. `message` says what happened, `next` what can be done, `clauses` are ids of
    the policy's clauses it rests on, `fields` maps a field's name to its sentence.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        clauses: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        next: str = "",  # noqa: A002  the word of the published error shape
    ) -> None:
        super().__init__(message)
        self.message = message
        self.clauses = tuple(clauses)
        self.fields = dict(fields or {})
        self.next = next


class Refused(DeskError):
    """A rule of the policy said no."""

    status = 409
    code = "refused"


class InvalidInput(DeskError):
    """One or more fields hold what cannot be."""

    status = 422
    code = "invalid_input"


class NotFoundHere(DeskError):
    """Not there, or not for this person. The two are told alike, so that nobody learns what others have."""

    status = 404
    code = "not_found"


class Conflict(DeskError):
    """Someone else was first, or the thing is no longer in the state that the action needs."""

    status = 409
    code = "conflict"


class DeliveryError(DeskError):
    """The outside did not take a delivery. Permanent: another try is pointless and a person must see it."""

    status = 502
    code = "delivery_failed"

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Misconfigured(DeskError):
    """The installation cannot do this until its operator sets something."""

    status = 503
    code = "misconfigured"

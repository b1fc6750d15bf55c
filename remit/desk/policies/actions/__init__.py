"""Changes of state in this room: publishing a version, recording and ending an individual agreement, declaring and
ending an event, recording that a version was accepted.
"""

from remit.desk.policies.actions.declare_event import declare_event, end_event
from remit.desk.policies.actions.publish_policy import publish_policy
from remit.desk.policies.actions.record_agreement import end_agreement, record_agreement
from remit.desk.policies.actions.record_consent import record_consent_by_purchase, record_consent_by_request

__all__ = [
    "declare_event",
    "end_agreement",
    "end_event",
    "publish_policy",
    "record_agreement",
    "record_consent_by_purchase",
    "record_consent_by_request",
]

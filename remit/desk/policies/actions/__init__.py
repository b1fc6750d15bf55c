"""Changes of state in this room: publishing a version, recording and ending an individual agreement, declaring and
ending an event, recording that a version was accepted, archiving what may be archived.
"""

from remit.desk.policies.actions.decide_archiving import archive_entitlement, leave_unarchived
from remit.desk.policies.actions.declare_event import declare_event, end_event
from remit.desk.policies.actions.publish_policy import publish_policy
from remit.desk.policies.actions.record_agreement import end_agreement, record_agreement
from remit.desk.policies.actions.record_consent import record_consent_by_purchase, record_consent_by_request

__all__ = [
    "archive_entitlement",
    "declare_event",
    "end_agreement",
    "end_event",
    "leave_unarchived",
    "publish_policy",
    "record_agreement",
    "record_consent_by_purchase",
    "record_consent_by_request",
]

"""Changes of state in this room: publishing a version, recording and ending an individual agreement, declaring and
ending an event.
"""

from remit.desk.policies.actions.declare_event import declare_event, end_event
from remit.desk.policies.actions.publish_policy import publish_policy
from remit.desk.policies.actions.record_agreement import end_agreement, record_agreement

__all__ = ["declare_event", "end_agreement", "end_event", "publish_policy", "record_agreement"]

"""Changes of state in this room: publishing a version, declaring and ending an event."""

from remit.desk.policies.actions.declare_event import declare_event, end_event
from remit.desk.policies.actions.publish_policy import publish_policy

__all__ = ["declare_event", "end_event", "publish_policy"]

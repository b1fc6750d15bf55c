"""Changes of state in this room: what is bought, archived or voided, and who may ask under it."""

from remit.desk.entitlements.actions.add_entitlement import add_entitlement
from remit.desk.entitlements.actions.record_happening import check_happening, record_happening
from remit.desk.entitlements.actions.record_purchase import check_purchase, read_moment, record_purchase
from remit.desk.entitlements.actions.set_standing import set_standing

__all__ = [
    "add_entitlement",
    "check_happening",
    "check_purchase",
    "read_moment",
    "record_happening",
    "record_purchase",
    "set_standing",
]

"""The Django application of this room."""

from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.desk.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what lower rooms call without knowing this one."""
        from remit.desk.entitlements import checking, rights
        from remit.desk.policies import holding
        from remit.desk.policies.actions import record_consent_by_purchase

        checking.register("policies", holding.faults_of)
        checking.register_for_purchases("policies", holding.check_bought)
        rights.register_for_purchases("consent", record_consent_by_purchase)

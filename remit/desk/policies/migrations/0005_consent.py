"""Who accepted which version, when and how: added once, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from remit.desk.foundation.append_only import AppendOnly, NeverEmptied


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("desks", "0001_initial"),
        ("entitlements", "0001_initial"),
        ("policies", "0004_individual_agreements"),
        ("tickets", "0004_steps_to_try"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(max_length=10)),
                (
                    "channel",
                    models.CharField(
                        blank=True, help_text="Of the request; empty for a purchase.", max_length=20
                    ),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(help_text="When support was used: the receipt, or the purchase."),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consents",
                        to="accounts.contact",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="desks.desk",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="entitlements.purchase",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="policies.policyversion",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ticket__isnull", False)),
                        fields=["ticket"],
                        name="consents_of_ticket",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact", "version"), name="consent_once_a_person_and_version"
                    )
                ],
            },
        ),
        AppendOnly("Consent"),
        NeverEmptied("Consent"),
    ]

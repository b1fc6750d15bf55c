"""Individual agreements: dated records with a document, and the decisions made under them."""

import django.db.models.deletion
from django.db import migrations, models

from remit.desk.foundation.append_only import AppendOnly, NeverEmptied


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("desks", "0001_initial"),
        ("policies", "0003_history_is_never_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("source", models.TextField()),
                (
                    "holidays",
                    models.JSONField(
                        default=dict,
                        help_text="Calendar name → date → name, for the calendars it declares itself.",
                    ),
                ),
                ("hash", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="accounts.customer",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="desks.desk",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.agent",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="agreement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="policies.agreement",
            ),
        ),
        migrations.CreateModel(
            name="AgreementEnd",
            fields=[
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="ending",
                        serialize=False,
                        to="policies.agreement",
                    ),
                ),
                ("ends_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.agent",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["customer", "starts_at"], name="agreements_of_customer"),
        ),
        AppendOnly("Agreement"),
        NeverEmptied("Agreement"),
        AppendOnly("AgreementEnd"),
        NeverEmptied("AgreementEnd"),
    ]

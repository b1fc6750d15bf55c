import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_individual_agreements"),
        ("tickets", "0002_keys_of_messages_off_the_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="policies.agreement",
            ),
        ),
    ]

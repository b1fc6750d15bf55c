import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0003_history_is_never_emptied"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="intakekey",
            name="off_channel",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="policies.offchannelmessage",
            ),
        ),
        migrations.AlterField(
            model_name="intakekey",
            name="ticket",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
    ]

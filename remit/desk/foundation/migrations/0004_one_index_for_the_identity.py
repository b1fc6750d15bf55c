"""A letter's identity stays unique, by one index instead of two on PostgreSQL: each letter is written sooner."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_events_are_never_emptied")]

    operations = [
        migrations.AlterField(model_name="outbox", name="identity", field=models.CharField(max_length=200)),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(fields=["identity"], name="outbox_identity"),
        ),
    ]

"""A derivation is worked out when somebody reads it, in their language; its stored English words go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_steps_to_try"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="clock",
            name="derivation",
        ),
    ]

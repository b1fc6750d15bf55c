"""Which individual agreement a message off the official channels was judged under."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0005_consent")]

    operations = [
        migrations.AddField(
            model_name="offchannelmessage",
            name="agreement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="policies.agreement",
            ),
        ),
    ]

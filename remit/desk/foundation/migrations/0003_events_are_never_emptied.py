"""History is not emptied at one stroke either."""

from django.db import migrations

from remit.desk.foundation.append_only import NeverEmptied


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_what_the_database_itself_keeps")]

    operations = [NeverEmptied("Event")]

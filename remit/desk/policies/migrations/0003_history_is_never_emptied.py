"""Versions and decisions are not emptied at one stroke either."""

from django.db import migrations

from remit.desk.foundation.append_only import NeverEmptied


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_initial"), ("foundation", "0003_events_are_never_emptied")]

    operations = [NeverEmptied("PolicyVersion"), NeverEmptied("Decision")]

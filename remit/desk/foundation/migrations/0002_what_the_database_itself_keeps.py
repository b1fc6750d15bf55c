"""What no model can say: events are append-only, waiting rows are vacuumed early, the shared cache has its table."""

from django.core.management import call_command
from django.db import migrations

from remit.desk.foundation.append_only import AppendOnly

# A burst of timers leaves dead entries in the partial index, and every idle poll walks over them until they are
# vacuumed: 15 ms instead of 1 ms after 100,000. So these two tables are vacuumed after few changes, not after a fifth.
VACUUM = (
    'ALTER TABLE "{table}" SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000, '
    "autovacuum_vacuum_cost_delay = 0, fillfactor = 80)"
)


def vacuum_early(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("foundation_timer", "foundation_outbox"):
            schema_editor.execute(VACUUM.format(table=table))


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        AppendOnly("Event"),
        migrations.RunPython(vacuum_early, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]

"""What belongs to one database only is not gathered on the other: it is not skipped, there is nothing to test."""

from django.conf import settings

ONLY_POSTGRESQL = ["test_connections.py", "test_statements.py"]
collect_ignore = [] if "postgresql" in settings.DATABASES["default"]["ENGINE"] else ONLY_POSTGRESQL

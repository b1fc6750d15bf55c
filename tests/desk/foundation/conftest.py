"""What belongs to one database only is not gathered on the other: it is not skipped, there is nothing to test."""

from django.conf import settings

collect_ignore = [] if "postgresql" in settings.DATABASES["default"]["ENGINE"] else ["test_connections.py"]

"""The WSGI application that any web server may load. `serve_desk` makes its own, after the same setup."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.desk.settings")

application = get_wsgi_application()

"""The WSGI application that any web server may load. `serve_desk` makes its own, after the same setup."""

import os

from django.core.wsgi import get_wsgi_application

from remit.desk.foundation.bodies import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.desk.settings")

application = measured(get_wsgi_application())

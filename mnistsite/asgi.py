"""The ASGI application. A process that imports this module counts as a serving process."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")
django.setup()

from mnistsite.handler import Handler  # noqa: E402 -- needs the settings.

application = Handler()

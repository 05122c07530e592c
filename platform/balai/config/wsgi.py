"""The web application that granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.config.settings")

application = get_wsgi_application()

# Every page and the API's schema: the first visitor need not wait for them.
for urls in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
    import_module(urls)
# What is loaded by now lives as long as the process: the collector need not look through all of it again and again.
gc.collect()
gc.freeze()

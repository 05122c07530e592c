"""URLs of a city. A module's pages come from its `urls.py`, under its label."""

from importlib import import_module

from django.urls import include, path
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from balai.modules import modules

urlpatterns = [
    path("kantor/", include(wagtailadmin_urls)),
    path("dokumen/", include(wagtaildocs_urls)),
    path("bahasa/", set_language, name="set_language"),
]

for label, config in modules().items():
    if config.has_pages:
        urls = import_module(f"{config.name}.urls")
        urlpatterns.append(path(f"{label}/", include((urls.urlpatterns, label), namespace=label)))

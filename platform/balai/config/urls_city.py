"""URLs of a city. A module's pages come from its `urls.py`, under its label."""

from importlib import import_module

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from balai.modules import modules
from balai.office.media import picture
from balai.portal import errors
from balai.portal import urls as portal_urls
from balai.portal.theming import theme_css, theme_logo

urlpatterns = [
    path("kantor/", include(wagtailadmin_urls)),
    path("akun/", include("balai.accounts.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("dokumen/", include(wagtaildocs_urls)),
    path("media/<slug:schema>/images/<str:name>", picture, name="picture"),
    path("berkas/", include("balai.attachments.urls")),
    path("wilayah/", include("balai.geography.urls")),
    path("tema.css", theme_css, name="theme_css"),
    path("tema/logo", theme_logo, name="theme_logo"),
    path("", include("superapp_api.urls")),
    path("", include("balai.inbox.urls")),
    path("", include(portal_urls.city)),
]
handler400, handler403 = errors.bad_request, errors.forbidden
handler404, handler500 = errors.not_found, errors.server_error

for label, config in modules().items():
    if config.has_pages:
        urls = import_module(f"{config.name}.urls")
        urlpatterns.append(path(f"{label}/", include((urls.urlpatterns, label), namespace=label)))

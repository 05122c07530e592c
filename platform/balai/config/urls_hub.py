"""URLs of the hub."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from balai.portal import errors
from balai.portal import urls as portal_urls
from balai.portal.theming import theme_css, theme_logo

urlpatterns = [
    path("kantor/", include(wagtailadmin_urls)),
    path("akun/", include("balai.accounts.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("tema.css", theme_css, name="theme_css"),
    path("tema/logo", theme_logo, name="theme_logo"),
    path("", include(portal_urls.hub)),
    path("kotak-keluar/", include("balai.sandbox.urls")),
]
handler400, handler403 = errors.bad_request, errors.forbidden
handler404, handler500 = errors.not_found, errors.server_error

"""URLs of the hub."""

from django.urls import include, path
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("kantor/", include(wagtailadmin_urls)),
    path("bahasa/", set_language, name="set_language"),
    path("kotak-keluar/", include("balai.sandbox.urls")),
]

"""Account pages of every city and of the hub; the prefix is /akun/."""

from allauth.urls import urlpatterns as allauth_urlpatterns
from django.urls import path

from balai.accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("hapus/", views.delete_account, name="account_delete"),
    path("salinan/", views.export_account, name="account_export"),
    *allauth_urlpatterns,
]

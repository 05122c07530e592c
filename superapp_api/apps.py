from django.apps import AppConfig


class SuperappApiConfig(AppConfig):
    name = "superapp_api"
    verbose_name = "Super-app API"

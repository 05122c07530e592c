from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Cities"

    def ready(self) -> None:
        from balai.modules import check_requirements

        check_requirements()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GraphqlConfig(AppConfig):
    """An app for its translations only: the engine has no tables."""

    name = "balai.graphql"
    label = "graphql_engine"
    verbose_name = _("GraphQL engine")

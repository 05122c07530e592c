from django.urls import path

from superapp_api.views import graphql

urlpatterns = [path("graphql/", graphql, name="graphql")]

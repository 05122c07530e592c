from django.urls import path

from balai.geography import views

app_name = "geography"
urlpatterns = [path("<slug:level>.geojson", views.boundaries, name="boundaries")]

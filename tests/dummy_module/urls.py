from django.urls import path

from tests.dummy_module import views

urlpatterns = [
    path("", views.Notes.as_view(), name="notes"),
    path("tulis/", views.AddNote.as_view(), name="add"),
    path("<int:number>/", views.OneNote.as_view(), name="note"),
]

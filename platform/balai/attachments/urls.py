from django.urls import path

from balai.attachments import views

urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:document_id>/berkas.pdf", views.document, name="document"),
    path("<uuid:photo_id>/<str:size>.jpg", views.photo, name="photo"),
]

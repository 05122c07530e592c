from django.urls import path

from balai.sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("sms/", views.sms_gateway, name="sms"),
]

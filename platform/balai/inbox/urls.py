from django.urls import path

from balai.inbox import links, views

app_name = "inbox"
urlpatterns = [
    path("kotak-masuk/", views.Inbox.as_view(), name="inbox"),
    path("kotak-masuk/dibaca/", views.MarkAllRead.as_view(), name="mark_all_read"),
    path("kotak-masuk/<int:pk>/", views.Message.as_view(), name="message"),
    path("kotak-masuk/<int:pk>/kirim-ulang/", views.Resend.as_view(), name="resend"),
    path("akun/pesan/", views.Preferences.as_view(), name="preferences"),
    path("n/<str:token>/", links.follow, name="follow"),
    path("n/<str:token>/berhenti/", links.stop, name="stop"),
]

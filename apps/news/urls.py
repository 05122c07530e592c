from django.urls import path

from apps.news import views

urlpatterns = [
    path("", views.Articles.as_view(), name="index"),
    path("rss.xml", views.NewestArticles(), name="feed"),
    path("<slug:slug>/", views.Article.as_view(), name="article"),
]

"""Addresses of the portal that are no module's: those of every host, a city's and the hub's."""

from django.urls import path

from balai.portal import queue, views

everywhere = [
    path("bahasa/", views.language, name="set_language"),
    path("luring/", views.offline, name="offline"),
    path("antrean/", views.queue, name="queue"),
    path("antrean/tanda/", queue.session_token, name="session_token"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]

city = [path("", views.Home.as_view(), name="home"), *everywhere]
hub = [path("", views.hub, name="home"), path("kota.json", views.cities_json, name="cities"), *everywhere]

from django.urls import path

from apps.siaran import asset_views, following_views, performance_views, public_views, views

urlpatterns = [
    path("lapor/", views.ReportForm.as_view(), name="report"),
    path("laporan/", public_views.Reports.as_view(), name="reports"),
    path("laporan/<str:number>/", views.Case.as_view(), name="case"),
    path("laporan/<str:number>/terkirim/", views.Sent.as_view(), name="sent"),
    path("laporan/<str:number>/betulkan/", views.Correct.as_view(), name="correct"),
    path("laporan/<str:number>/nilai/", views.Rate.as_view(), name="rate"),
    path("laporan/<str:number>/pesan/", views.Message.as_view(), name="message"),
    path("laporan/<str:number>/ikuti/", following_views.Follow.as_view(), name="follow"),
    path("langganan/", following_views.Subscriptions.as_view(), name="subscriptions"),
    path("langganan/berhenti/", following_views.Unsubscribe.as_view(), name="unsubscribe"),
    path("kinerja/", performance_views.Performance.as_view(), name="performance"),
    path("laporan-saya/", views.Mine.as_view(), name="mine"),
    path("sekitar/", views.Nearby.as_view(), name="nearby"),
    path("lacak/", views.track, name="track"),
    path("peta/", public_views.Map.as_view(), name="map"),
    path("peta.geojson", public_views.map_points, name="map_points"),
    path("aset/", asset_views.find, name="find_asset"),
    path("aset/<path:asset>/", asset_views.AssetPage.as_view(), name="asset"),
    path("tempat/", views.place, name="place"),
    path("tugas/", views.Tasks.as_view(), name="tasks"),
    path("tugas/<str:number>/", views.Task.as_view(), name="task"),
    path("tugas/<str:number>/ambil/", views.Accept.as_view(), name="accept"),
    path("tugas/<str:number>/mulai/", views.Start.as_view(), name="start"),
    path("tugas/<str:number>/selesai/", views.Finish.as_view(), name="finish"),
]

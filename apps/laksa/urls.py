from django.urls import path

from apps.laksa import gallery_views, open_data, public_views, share_card, submitting_views, views

urlpatterns = [
    path("", public_views.Aspirations.as_view(), name="aspirations"),
    path("aspirasi/<str:number>/", views.Aspiration.as_view(), name="aspiration"),
    path("aspirasi/<str:number>/kartu.png", share_card.picture, name="card"),
    path("aspirasi/<str:number>/terkirim/", submitting_views.Sent.as_view(), name="sent"),
    path("aspirasi/<str:number>/dukung/", views.Support.as_view(), name="support"),
    path("aspirasi/<str:number>/batal-dukung/", views.Withdraw.as_view(), name="withdraw"),
    path("aspirasi/<str:number>/ikuti/", views.Follow.as_view(), name="follow"),
    path("aspirasi/<str:number>/komentar/", views.Comment.as_view(), name="comment"),
    path("aspirasi/<str:number>/kabar/", views.Update.as_view(), name="update"),
    path("aspirasi/<str:number>/komentar/<int:id>/hapus/", views.RemoveComment.as_view(), name="remove_comment"),
    path("aspirasi/<str:number>/komentar/<int:id>/lapor/", views.ReportComment.as_view(), name="report_comment"),
    path("aspirasi/<str:number>/keberatan/", views.Appeal.as_view(), name="appeal"),
    path("aspirasi/<str:number>/perbaiki/", views.Rewrite.as_view(), name="rewrite"),
    path("aspirasi/<str:number>/pesan/", views.Message.as_view(), name="message"),
    path("aspirasi/<str:number>/nilai/", views.Rate.as_view(), name="rate"),
    path("kirim/", submitting_views.Submit.as_view(), name="submit"),
    path("kirim/serupa/", submitting_views.Alike.as_view(), name="alike"),
    path("tempat/", submitting_views.place, name="place"),
    path("lacak/", submitting_views.Track.as_view(), name="track"),
    path("lacak/lupakan/", submitting_views.forget_aspirations, name="forget"),
    path("dukung/", views.support_chosen, name="support_chosen"),
    path("saya/", submitting_views.Mine.as_view(), name="mine"),
    path("saya/buang-draf/", submitting_views.DropDraft.as_view(), name="drop_draft"),
    path("galeri/", gallery_views.Gallery.as_view(), name="gallery"),
    path("statistik/", public_views.Figures.as_view(), name="figures"),
    path("aturan/", public_views.Rules.as_view(), name="rules"),
    path("aspirasi.csv", open_data.as_csv, name="data_csv"),
    path("aspirasi.rss", open_data.Newest(), name="feed"),
]

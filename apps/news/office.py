"""The news in the back office: a way to the list of articles in Wagtail's explorer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission

from apps.news.actions import index_page
from balai.office.screens import PageScreen, View


class ToArticles(View):
    """Leads to the list of articles, which is made at the first visit."""

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("wagtailadmin_explore", index_page().pk)


class NewsScreen(PageScreen):
    scope = "news"
    name = "articles"
    menu_label = _("News")
    menu_name = "news"
    icon = "doc-full"
    menu_order = 90
    add_to_admin_menu = True
    view_class = ToArticles

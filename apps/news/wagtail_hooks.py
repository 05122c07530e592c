from apps.news.office import NewsScreen
from balai.office.screens import register

register(NewsScreen)

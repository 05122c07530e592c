from django import template

from apps.laksa import cards

register = template.Library()
register.filter("aspiration_card", cards.aspiration_card)

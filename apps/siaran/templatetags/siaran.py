from django import template

from apps.siaran import cards

register = template.Library()
register.filter("case_card", cards.case_card)

from django import template

from balai.office.middleware import script_nonce

register = template.Library()

register.simple_tag(script_nonce, name="script_nonce")

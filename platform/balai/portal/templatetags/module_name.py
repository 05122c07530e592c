from django import template

from tenants.modules import module_name, module_options

register = template.Library()
register.simple_tag(module_name, name="module_name")


@register.simple_tag
def module_full_name(label: str) -> str:
    """What the module's name stands for in the current city; may be empty."""
    return str(getattr(module_options(label), "full_name", ""))

"""The desk: where a module's cases arrive in the back office, and everything that staff do with them.

A module gets its desk by registering one in its `wagtail_hooks.py`::

    from balai.casework.office import CaseDesk

    CaseDesk("siaran", icon="mail").register()

What a desk is made of stands in `parts.py`: screens, pages of one case, panels of the case's page and moves. Each is a
class in a file of its own, and a line in that list.
"""

from balai.casework.office.desk import CaseDesk

__all__ = ["CaseDesk"]

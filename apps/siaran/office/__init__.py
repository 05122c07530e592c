"""SIARAN in the back office: the desk where reports arrive, and the settings of categories and routing."""

from apps.siaran.office.screens import DeskPanel, SiaranGroup

__all__ = ["DeskPanel", "SiaranGroup"]

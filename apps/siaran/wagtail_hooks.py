from apps.siaran.office import DeskPanel, SiaranGroup
from balai.office.screens import register

register(SiaranGroup, panels=[DeskPanel])

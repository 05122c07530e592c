from balai.casework.office.red import RedPanel, RedScreen
from balai.casework.office.service_levels import ServiceLevelScreen
from balai.office.screens import register

register(RedScreen, ServiceLevelScreen, panels=[RedPanel])

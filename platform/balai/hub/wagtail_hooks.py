from balai.hub.office import CitiesPanel, CityScreens
from balai.office.screens import register

register(CityScreens, panels=[CitiesPanel])

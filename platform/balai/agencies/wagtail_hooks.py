from balai.agencies.office import AgenciesGroup
from balai.office.screens import register

register(AgenciesGroup)

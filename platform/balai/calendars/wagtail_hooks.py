from balai.calendars.office import CalendarGroup
from balai.office.screens import register

register(CalendarGroup)

from balai.inbox import office
from balai.office.screens import register

register(office.OutboxScreen, panels=[office.UnreadPanel])

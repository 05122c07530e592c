from apps.laksa.office.desk import AspirationDesk
from apps.laksa.office.entry import AspirationEntryScreen
from apps.laksa.office.leaders import LeadersPanel, LeadersScreen
from apps.laksa.office.moderation import ModerationPanel, ModerationScreen
from apps.laksa.office.settings import RuleScreens, TopicScreens
from balai.casework.office.categories import CategoryScreens
from balai.casework.office.entry import EntryScreen
from balai.office.screens import register

AspirationDesk(
    "laksa",
    icon="comment",
    order=51,
    screens=[ModerationScreen, LeadersScreen, AspirationEntryScreen, TopicScreens, RuleScreens],
    # A case that a clerk enters by the general form would be no aspiration.
    without=[EntryScreen, CategoryScreens],
).register()
register(panels=[ModerationPanel, LeadersPanel])

from apps.laksa.office.desk import AspirationDesk
from apps.laksa.office.moderation import ModerationPanel, ModerationScreen
from apps.laksa.office.settings import RuleScreens, TopicScreens
from balai.casework.office.categories import CategoryScreens
from balai.casework.office.entry import EntryScreen
from balai.office.screens import register

# A case that a clerk enters by the general form would be no aspiration.
AspirationDesk(
    "laksa",
    icon="comment",
    order=51,
    screens=[ModerationScreen, TopicScreens, RuleScreens],
    without=[EntryScreen, CategoryScreens],
).register()
register(panels=[ModerationPanel])

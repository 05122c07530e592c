from apps.siaran.plates_office import PlateScreens, plate_button
from balai.assets.office import EditAsset
from balai.casework.office import CaseDesk

CaseDesk("siaran", icon="mail", screens=[PlateScreens]).register()
EditAsset.more_buttons.append(plate_button)

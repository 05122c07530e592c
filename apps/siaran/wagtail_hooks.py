from balai.casework.office import CaseDesk

CaseDesk("siaran", icon="mail").register()

from balai.casework.office import CaseDesk

CaseDesk("siaran", label="SIARAN", icon="mail").register()

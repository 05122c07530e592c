"""The super-app's schema, joined once when it is first asked for."""

from superapp_api.joining import join

schema = join()

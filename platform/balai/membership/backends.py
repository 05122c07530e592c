from django.contrib.auth.backends import ModelBackend


class MembershipBackend(ModelBackend):
    """Django's permission checks over this schema's memberships; the caches on the user are kept per schema.

    Passwords are checked by allauth's backend, which knows email, phone and the lock-out.
    """

    def authenticate(self, request: object, **credentials: object) -> None:  # type: ignore[override]
        return None

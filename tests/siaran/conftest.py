from tests.casework.conftest import _no_submission_limit, a, b  # noqa: F401

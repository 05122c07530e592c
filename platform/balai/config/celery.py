"""The Celery application. Rows are the truth, Celery is the alarm clock: see docs/decisions."""

import os

from tenant_schemas_celery.app import CeleryApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.config.settings")

app = CeleryApp("balai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_modules(sender: CeleryApp, **_: object) -> None:
    """One beat entry per periodic task of the modules and services; each fans out to the cities that want it."""
    from tenants.tasks import beat_schedule

    sender.conf.beat_schedule = beat_schedule()

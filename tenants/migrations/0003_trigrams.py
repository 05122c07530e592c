"""Trigrams, by which casework tells alike words: in the hub's schema, which stands in every city's search path."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_adoption")]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public", migrations.RunSQL.noop),
    ]

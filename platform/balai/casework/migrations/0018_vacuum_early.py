from django.db import migrations

# The map and the counts read an index alone, which they can only where the table was vacuumed since its rows changed.
# PostgreSQL waits until a fifth of a table is new: in a big city that is the reports of many weeks.
EARLY = "autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05"
NAMES = "autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor"


class Migration(migrations.Migration):
    dependencies = [("casework", "0017_moves_of_modules")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE casework_case SET ({EARLY})",
            f"ALTER TABLE casework_case RESET ({NAMES})",
        )
    ]

import django.db.models.deletion
from django.db import migrations, models

# Old rows count less, new rows more. Two rows each: one of the category, one of all. An index of resolution 9 ends
# where the bits of six finer steps begin: 3 × (15 - 9) = 18.
ROWS = """
    INSERT INTO casework_cellcount (module, category_id, village_id, cell, status, count, late, lat, lon, settled)
    SELECT {row}.module, category, {row}.village_id, {row}.cell >> 18, {row}.status,
        {sign}1, {sign}CASE WHEN {row}.late_since IS NULL THEN 0 ELSE 1 END, {sign}{row}.lat, {sign}{row}.lon, false
    FROM unnest(ARRAY[{row}.category_id, NULL]) AS category;
"""
COUNTS = """({row}.visibility IN ('public', 'anonymous') AND {row}.parent_id IS NULL
    AND ({row}.cell IS NOT NULL OR {row}.village_id IS NOT NULL))"""
TRIGGER = f"""
CREATE FUNCTION casework_count_cell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP IN ('UPDATE', 'DELETE') AND {COUNTS.format(row="OLD")} THEN {ROWS.format(row="OLD", sign="-")} END IF;
IF TG_OP IN ('INSERT', 'UPDATE') AND {COUNTS.format(row="NEW")} THEN {ROWS.format(row="NEW", sign="")} END IF;
RETURN NULL;
END $$;
CREATE TRIGGER casework_count_cell AFTER INSERT OR DELETE ON casework_case
FOR EACH ROW EXECUTE FUNCTION casework_count_cell();
CREATE TRIGGER casework_count_cell_again AFTER UPDATE ON casework_case FOR EACH ROW WHEN (
    (OLD.module, OLD.category_id, OLD.village_id, OLD.cell, OLD.lat, OLD.lon, OLD.status, OLD.visibility, OLD.parent_id,
        OLD.late_since IS NULL)
    IS DISTINCT FROM
    (NEW.module, NEW.category_id, NEW.village_id, NEW.cell, NEW.lat, NEW.lon, NEW.status, NEW.visibility, NEW.parent_id,
        NEW.late_since IS NULL)
) EXECUTE FUNCTION casework_count_cell();
"""
UNDO = """
DROP TRIGGER casework_count_cell ON casework_case;
DROP TRIGGER casework_count_cell_again ON casework_case;
DROP FUNCTION casework_count_cell();
"""
EXISTING = """
INSERT INTO casework_cellcount (module, category_id, village_id, cell, status, count, late, lat, lon, settled)
SELECT kept.module, category, kept.village_id, kept.cell >> 18, kept.status,
    count(*), count(kept.late_since), sum(kept.lat), sum(kept.lon), true
FROM casework_case AS kept, unnest(ARRAY[kept.category_id, NULL]) AS category
WHERE {counts}
GROUP BY 1, 2, 3, 4, 5
""".format(counts=COUNTS.format(row="kept"))


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0020_closed_as_answered"),
        ("geography", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CellCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("module", models.SlugField(max_length=40)),
                ("cell", models.BigIntegerField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("verified", "Verified"),
                            ("postponed", "Postponed"),
                            ("process", "In progress"),
                            ("awaiting_reporter", "Waiting for the reporter"),
                            ("checking", "Result being checked"),
                            ("reopened", "Reopened"),
                            ("done", "Done"),
                            ("not_ours", "Not our authority"),
                            ("duplicate", "Duplicate"),
                            ("archived", "Archived"),
                        ],
                        max_length=20,
                    ),
                ),
                ("count", models.IntegerField()),
                ("late", models.IntegerField()),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("settled", models.BooleanField(default=False)),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.category",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="geography.area",
                    ),
                ),
            ],
            options={
                "verbose_name": "number of cases in a cell",
                "verbose_name_plural": "numbers of cases in cells",
                "indexes": [
                    models.Index(fields=["module", "category"], name="cell_count_map"),
                    models.Index(condition=models.Q(("settled", False)), fields=["id"], name="cell_count_to_settle"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled", True)),
                        fields=("module", "category", "cell", "village", "status"),
                        name="cell_count_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, UNDO),
        migrations.RunSQL(EXISTING, migrations.RunSQL.noop),
    ]

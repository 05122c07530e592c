import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="BoundarySet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Keys everything that is derived from the areas.",
                        unique=True,
                    ),
                ),
                ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="imported at")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("checksum", models.CharField(max_length=64, verbose_name="checksum (SHA-256)")),
                (
                    "approximate",
                    models.BooleanField(
                        default=False,
                        help_text="Made for demonstration; not the official boundaries.",
                        verbose_name="approximate",
                    ),
                ),
                (
                    "notes",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What the import found worth telling: {code, name, message}.",
                        verbose_name="notes",
                    ),
                ),
            ],
            options={
                "verbose_name": "boundary set",
                "verbose_name_plural": "boundary sets",
                "get_latest_by": "id",
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=13, unique=True, verbose_name="Kemendagri code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("district", "District (kecamatan)"),
                            ("village", "Village (kelurahan)"),
                        ],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                (
                    "geometry",
                    models.JSONField(
                        help_text="GeoJSON MultiPolygon, WGS 84, as it was imported.", verbose_name="geometry"
                    ),
                ),
                ("min_lat", models.FloatField()),
                ("min_lon", models.FloatField()),
                ("max_lat", models.FloatField()),
                ("max_lon", models.FloatField()),
                ("lat", models.FloatField(help_text="A place that is surely inside, for a label or a pin.")),
                ("lon", models.FloatField()),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "boundary_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="areas",
                        to="geography.boundaryset",
                        verbose_name="boundary set",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="geography.area",
                        verbose_name="lies in",
                    ),
                ),
            ],
            options={"verbose_name": "area", "verbose_name_plural": "areas", "ordering": ["code"]},
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(condition=models.Q(("active", True)), fields=["level", "name"], name="area_level_name"),
        ),
        # Constraints are operations of their own, so that a distributed engine (Citus) can take the tables over.
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{2}\\.[0-9]{2}$"), ("level", "city"))
                | models.Q(("code__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}$"), ("level", "district"))
                | models.Q(("code__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}$"), ("level", "village")),
                name="area_code_fits_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("level", "city"), ("parent", None))
                | models.Q(models.Q(("level", "city"), _negated=True), ("parent__isnull", False)),
                name="area_parent_unless_city",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_lat__lte", models.F("max_lat")), ("min_lon__lte", models.F("max_lon"))),
                name="area_box_in_order",
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_absences_and_liaison"),
        ("casework", "0021_cell_counts"),
        ("geography", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="agencyday",
            name="module",
            field=models.SlugField(db_index=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="case",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="from_city",
            field=models.SlugField(
                blank=True,
                db_index=False,
                help_text="Slug of the city that sent it here.",
                verbose_name="handed over by",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="module",
            field=models.SlugField(db_index=False, max_length=40, verbose_name="module"),
        ),
        migrations.AlterField(
            model_name="case",
            name="reporter",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="to_city",
            field=models.SlugField(
                blank=True, db_index=False, help_text="Slug of the city that has it now.", verbose_name="handed over to"
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="village",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="geography.area",
                verbose_name="kelurahan",
            ),
        ),
        migrations.AlterField(
            model_name="cellcount",
            name="module",
            field=models.SlugField(db_index=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="escalations",
                to="casework.case",
                verbose_name="case",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="actor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="timeline",
                to="casework.case",
                verbose_name="case",
            ),
        ),
        migrations.AlterField(
            model_name="villageday",
            name="module",
            field=models.SlugField(db_index=False, max_length=40),
        ),
    ]

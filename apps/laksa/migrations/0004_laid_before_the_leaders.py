from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("laksa", "0003_day_counts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="aspiration",
            index=models.Index(
                condition=models.Q(("sekda_at", None), _negated=True),
                fields=["-sekda_at", "-case"],
                name="aspiration_to_sekda",
            ),
        ),
        migrations.AddIndex(
            model_name="aspiration",
            index=models.Index(
                condition=models.Q(("mayor_at", None), _negated=True),
                fields=["-mayor_at", "-case"],
                name="aspiration_to_mayor",
            ),
        ),
    ]

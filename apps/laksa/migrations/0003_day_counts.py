from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("laksa", "0002_thresholds"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("phase", "Phase"),
                            ("kind", "Kind"),
                            ("outcome", "Outcome"),
                            ("answered", "Answered"),
                            ("time", "Time"),
                            ("residents", "Residents"),
                            ("given", "Given"),
                        ],
                        max_length=10,
                    ),
                ),
                ("part", models.CharField(blank=True, max_length=32)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "number of a day",
                "verbose_name_plural": "numbers of days",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "what", "part"), include=("count",), name="day_count_once")
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Days belong to a year's announcement. Nothing could be loaded before, so there are no rows to carry over."""

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="Holiday"),
        migrations.CreateModel(
            name="HolidayYear",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年份")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
                ("loaded_at", models.DateTimeField(auto_now=True, verbose_name="载入时间")),
            ],
            options={"verbose_name": "放假安排", "ordering": ["year"]},
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("is_workday", models.BooleanField(verbose_name="上班")),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="kernel.holidayyear",
                        verbose_name="放假安排",
                    ),
                ),
            ],
            options={
                "verbose_name": "节假日",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("announcement", "day"), name="kernel_holiday_day_once")
                ],
            },
        ),
    ]

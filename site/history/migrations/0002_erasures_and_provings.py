import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="first",
            field=models.PositiveIntegerField(null=True, verbose_name="ab Fassung"),
        ),
        migrations.AddField(
            model_name="erasure",
            name="last",
            field=models.PositiveIntegerField(null=True, verbose_name="bis Fassung"),
        ),
        migrations.CreateModel(
            name="Proving",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="begonnen")),
                (
                    "ended_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="beendet"
                    ),
                ),
                ("records", models.PositiveBigIntegerField(verbose_name="Datensätze")),
                ("rows", models.PositiveBigIntegerField(verbose_name="Verlaufszeilen")),
                ("erased", models.PositiveBigIntegerField(verbose_name="davon gelöscht")),
                ("seals", models.PositiveBigIntegerField(verbose_name="Siegel")),
                (
                    "head",
                    models.CharField(blank=True, max_length=64, verbose_name="Neuestes Siegel"),
                ),
                ("problems", models.PositiveIntegerField(verbose_name="Auffälligkeiten")),
                ("findings", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "Prüfung des Verlaufs",
                "verbose_name_plural": "Prüfungen des Verlaufs",
                "ordering": ("-pk",),
                "default_permissions": (),
            },
        ),
    ]

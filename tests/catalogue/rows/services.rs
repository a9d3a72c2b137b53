//! Databases.

use crate::command::{Proof, run};

/// Databases here are files.
const DATABASE: &[(&str, &str)] = &[("db.sqlite3", "it is the database")];

pub(super) const COMMANDS: &[Proof] = &[
    run("python manage.py check").files(DJANGO),
    run("python manage.py test").files(DJANGO),
    run("python manage.py migrate").files(DJANGO).beyond(DATABASE),
    run("python manage.py makemigrations").files(DJANGO).beyond(DATABASE),
    run("python manage.py makemigrations --check --dry-run").files(DJANGO).beyond(DATABASE).exit(1),
    run("python manage.py collectstatic --noinput").files(DJANGO).beyond(&[("static", "it is the static files")]),
    run("alembic upgrade head").files(ALEMBIC).beyond(DATABASE),
];

const DJANGO: &[(&str, &str)] = &[
    (
        "manage.py",
        "import os\nimport sys\n\nfrom django.core.management import execute_from_command_line\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\nexecute_from_command_line(sys.argv)\n",
    ),
    (
        "settings.py",
        "import os\n\nSECRET_KEY = \"x\"\nINSTALLED_APPS = [\"django.contrib.staticfiles\", \"shop\"]\nDATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": \"db.sqlite3\"}}\nSTATIC_URL = \"static/\"\nSTATIC_ROOT = \"static\"\n",
    ),
    ("shop/__init__.py", "\n"),
    ("shop/migrations/__init__.py", "\n"),
    (
        "shop/models.py",
        "from django.db import models\n\n\nclass Item(models.Model):\n    name = models.CharField(max_length=9)\n",
    ),
    ("shop/static/it.css", "\n"),
];

const ALEMBIC: &[(&str, &str)] = &[
    ("alembic.ini", "[alembic]\nscript_location = migrations\n"),
    (
        "migrations/env.py",
        "import sqlalchemy\nfrom alembic import context\n\nengine = sqlalchemy.create_engine(\"sqlite:///db.sqlite3\")\nwith engine.connect() as connection:\n    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n",
    ),
    (
        "migrations/versions/one.py",
        "from alembic import op\n\nrevision = \"1\"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute(\"create table it (x int)\")\n",
    ),
];

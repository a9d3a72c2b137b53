//! Two sessions migrate one database. (Containers and compose projects are of the same kind, and need an engine.)

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def api(session):
    session.run("python", "manage.py", "migrate", env={"DATABASE_URL": "it.sqlite3"})


@nox.session
def admin(session):
    session.run("python", "manage.py", "migrate", env={"DATABASE_URL": "it.sqlite3"})
"#;

const SETTINGS: &str = "
import os

SECRET_KEY = 'x'
INSTALLED_APPS = ['shop']
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.sqlite3',
        'NAME': os.environ['DATABASE_URL'],
        # A busy database is told at once.
        'OPTIONS': {'timeout': 0},
    }
}
";

/// Stops within the transaction, when the table is made.
const MIGRATION: &str = "
from django.db import migrations, models


def stop(apps, editor):
    if os.environ['RACE'] == 'api':
        pause('table-made')


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True))]),
        migrations.RunPython(stop),
    ]
";

#[test]
fn the_second_finds_the_database_locked() {
    let stage = Stage::of(
        NOXFILE,
        &[
            (
                "manage.py",
                "import os, sys\nfrom django.core.management import execute_from_command_line\n\
                 os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nexecute_from_command_line(sys.argv)\n",
            ),
            ("settings.py", SETTINGS),
            ("shop/__init__.py", ""),
            ("shop/migrations/__init__.py", ""),
            ("shop/migrations/0001_initial.py", &format!("{PAUSE}{MIGRATION}")),
        ],
    );
    assert_eq!(stage.hazards("api", "admin"), ["shared-service"]);
    let (api, admin) = overlap(&stage);
    assert!(api && !admin);

    stage.clear(&["it.sqlite3"]);
    let text = stage.read("noxfile.py").replacen("it.sqlite3", "api.sqlite3", 1);
    stage.write("noxfile.py", &text);
    assert!(stage.hazards("api", "admin").is_empty());
    assert_eq!(overlap(&stage), (true, true));
}

/// `admin` migrates while `api` is within its transaction; which of them are green.
fn overlap(stage: &Stage) -> (bool, bool) {
    let mut api = stage.start("api");
    stage.wait("table-made", &mut api);
    let admin = stage.play("admin");
    stage.go("table-made");
    (api.end().green, admin.green)
}

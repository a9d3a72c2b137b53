//! Containers, databases, servers: things with a name outside of the tree.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Target, Tool, Touch};
use crate::effects::{Access, SessionKind, Sharing};
use crate::effects::{Resource, Role};

const COMPOSE: Touch = Touch::on(Target::Service("docker compose project"), Access::Update)
    .moved_by(&[Mover::Flag("-p"), Mover::Flag("--project-name"), Mover::Env("COMPOSE_PROJECT_NAME")])
    .cure("`COMPOSE_PROJECT_NAME` and ports of its own");
const DATABASE: Touch = Touch::on(Target::Service("database"), Access::Update)
    .moved_by(&[Mover::Env("DATABASE_URL")])
    .cure("a database of its own");

pub(super) const TOOLS: &[Tool] = &[
    Tool::new("docker compose", &["docker"])
        .sub(&[
            "compose up",
            "compose down",
            "compose run",
            "compose start",
            "compose stop",
            "compose exec",
            "compose rm",
        ])
        .value_flags(&["-f", "--file", "-p", "--project-name", "--env-file", "--profile"])
        .touches(&[COMPOSE]),
    Tool::new("docker compose", &["docker-compose"]).touches(&[COMPOSE]),
    Tool::new("docker run", &["docker", "podman"])
        .sub(&["run"])
        .more("takes the ports of `-p` and the name of `--name`", published_ports),
    // Layers are locked by the daemon.
    Tool::new("docker build", &["docker", "podman"])
        .sub(&["build", "buildx", "image", "pull", "images", "ps", "version", "info", "inspect", "logs", "rm", "stop"])
        .touches(&[Touch::sources()]),
    Tool::new("alembic", &["alembic", "flask db", "aerich", "yoyo"])
        .sub(&["upgrade", "downgrade", "stamp", "check"])
        .touches(&[Touch::sources(), DATABASE]),
    Tool::new("django-admin test", &["django-admin", "manage.py", "django"])
        .sub(&["test"])
        .kind(SessionKind::Test)
        .touches(&[Touch::sources(), DATABASE]),
    Tool::new("django-admin migrate", &["django-admin", "manage.py", "django"])
        .sub(&["migrate"])
        .touches(&[Touch::sources(), DATABASE]),
    Tool::new("django-admin check", &["django-admin", "manage.py", "django"])
        .sub(&["check", "makemigrations --check", "diffsettings"])
        .kind(SessionKind::Lint)
        .touches(&[Touch::sources()]),
    Tool::new("django-admin make", &["django-admin", "manage.py", "django"])
        .with(&["--check", "--dry-run"])
        .touches(&[Touch::sources()]),
    // Copies into `STATIC_ROOT`, which only the settings in Python know.
    Tool::new("django-admin collectstatic", &["django-admin", "manage.py", "django"])
        .sub(&["collectstatic"])
        .kind(SessionKind::Build)
        .touches(&[Touch::sources(), Touch::on(Target::Service("static files of Django"), Access::Update)]),
    Tool::new("django-admin make", &["django-admin", "manage.py", "django"])
        .sub(&["makemigrations", "makemessages", "compilemessages"])
        .touches(&[Touch::sources(), Touch::mutates("`--check --dry-run` in CI")]),
    Tool::new("django-admin runserver", &["django-admin", "manage.py", "django"])
        .sub(&["runserver"])
        .kind(SessionKind::Serve)
        .touches(&[Touch::on(Target::Port(8000), Access::Write).cure("a port of its own")]),
    Tool::new("server", &["uvicorn", "gunicorn", "hypercorn", "fastapi", "flask", "daphne"])
        .kind(SessionKind::Serve)
        .touches(&[
            Touch::sources(),
            Touch::on(Target::Port(8000), Access::Write)
                .moved_by(&[Mover::Flag("--port"), Mover::Flag("-p")])
                .cure("a port of its own"),
        ]),
    Tool::new("jupyter lab", &["jupyter-lab", "jupyterlab", "notebook"]).kind(SessionKind::Serve).touches(&[
        Touch::on(Target::Port(8888), Access::Write).moved_by(&[Mover::Flag("--port")]).cure("a port of its own"),
    ]),
];

/// `-p 8080:80` takes a port of the host.
fn published_ports(call: &Call<'_>, out: &mut Out<'_>) {
    for published in call.values("-p").into_iter().chain(call.values("--publish")) {
        let mut parts = published.rsplit(':');
        let host = parts.nth(1).and_then(|it| it.parse().ok());
        if let Some(port) = host.filter(|port| *port != 0) {
            out.push(
                "docker run",
                Resource::Port(port),
                Access::Write,
                Sharing::Exclusive,
                Role::Other,
                true,
                "a port of its own",
            );
        }
    }
    if let Some(name) = call.value("--name") {
        out.push(
            "docker run",
            Resource::Service(format!("container {name}")),
            Access::Write,
            Sharing::Exclusive,
            Role::Other,
            true,
            "a name of its own",
        );
    }
}

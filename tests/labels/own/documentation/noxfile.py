import shutil

import nox


@nox.session
def api(session):
    session.run("sphinx-apidoc", "-o", "docs/api", "src/package")


@nox.session
def html(session):
    session.run("sphinx-build", "-M", "html", "docs", "docs/_build")


@nox.session
def man(session):
    session.run("sphinx-build", "-M", "man", "docs", "docs/_build")


@nox.session
def linkcheck(session):
    session.run("sphinx-build", "-b", "linkcheck", "-d", "out/trees", "docs", "out/links")


@nox.session
def clean(session):
    shutil.rmtree("docs/_build", ignore_errors=True)


@nox.session
def site(session):
    session.chdir("website")
    session.run("mkdocs", "build")


@nox.session
def deploy(session):
    session.run("ghp-import", "-p", "website/pages")

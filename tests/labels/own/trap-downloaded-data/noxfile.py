import tarfile
import urllib.request

import nox

nox.options.sessions = ["tests"]
ARCHIVE = "tests/data/archive.tar.gz"


@nox.session
def tests(session):
    session.run("pytest")


@nox.session(name="data-download")
def data_download(session):
    urllib.request.urlretrieve("https://example.org/archive.tar.gz", ARCHIVE)
    with tarfile.open(ARCHIVE, "r:gz") as archive:
        archive.extractall(path=".")

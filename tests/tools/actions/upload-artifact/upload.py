"""Copies files into the run's store of artifacts, by the rules of upload-artifact version 4 and later."""

import os
import re
import shutil
import sys
from pathlib import Path

WILD = re.compile(r"[*?\[]")


def main() -> int:
    name, store = os.environ["NAME"], Path(os.environ["ARTIFACT_STORE"])
    if not name or re.search(r'["/\\:<>|*?\r\n]', name):
        return fail(f"The artifact name is not valid: {name}")
    lines = [line.strip() for line in os.environ["PATTERNS"].splitlines() if line.strip()]
    wanted = [Pattern(line) for line in lines if not line.startswith("!")]
    unwanted = [Pattern(line[1:]) for line in lines if line.startswith("!")]
    hidden = is_true("INCLUDE_HIDDEN_FILES")
    files = sorted(
        {
            file
            for pattern in wanted
            for file in pattern.files(hidden)
            if not any(other.matches(file) for other in unwanted)
        }
    )
    if not files:
        message = f"No files were found with the provided path: {' '.join(lines)}. No artifacts will be uploaded."
        match os.environ["IF_NO_FILES_FOUND"]:
            case "error":
                return fail(message)
            case "warn":
                print(f"::warning::{message}")
        return 0
    target = store / name
    if target.exists() and is_true("OVERWRITE"):
        shutil.rmtree(target)
    try:
        target.mkdir(parents=True)  # one name once: also when two jobs come at the same moment
    except FileExistsError:
        return fail(f"Failed to CreateArtifact: (409) Conflict: an artifact with this name already exists: {name}")
    root = common_folder(wanted, files)
    for file in files:
        place = target / file.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    print(f"Artifact {name}: {len(files)} file(s)")
    with open(os.environ["GITHUB_OUTPUT"], "a") as output:
        output.write(f"artifact-id={abs(hash(name)) % 10**8}\n")
    return 0


class Pattern:
    """One line of `path`: a file, a folder with all that is in it, or a glob."""

    def __init__(self, text: str) -> None:
        parts = Path(os.path.abspath(os.path.expanduser(text))).parts
        literal = next((i for i, part in enumerate(parts) if WILD.search(part)), len(parts))
        self.start = Path(*parts[:literal])
        self.regex = re.compile("/".join(map(segment, parts[1:])).replace("(?:.*)/", "(?:.*/)?") + "(?:/.*)?")

    def matches(self, file: Path) -> bool:
        return self.regex.fullmatch(str(file)[1:]) is not None

    def files(self, hidden: bool) -> list[Path]:
        return [file for file in walk(self.start, hidden) if self.matches(file)]


def segment(part: str) -> str:
    if part == "**":
        return "(?:.*)"
    text = re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return text.replace(r"\[", "[").replace(r"\]", "]")


def walk(place: Path, hidden: bool) -> list[Path]:
    if place.name.startswith(".") and not hidden:
        return []
    if place.is_dir():
        return [file for child in sorted(place.iterdir()) for file in walk(child, hidden)]
    return [place] if place.is_file() else []


def common_folder(patterns: list[Pattern], files: list[Path]) -> Path:
    if len(patterns) > 1:
        return Path(os.path.commonpath([pattern.start for pattern in patterns]))
    start = patterns[0].start
    return start.parent if files == [start] else start


def is_true(variable: str) -> bool:
    return os.environ[variable].lower() == "true"


def fail(message: str) -> int:
    print(f"::error::{message}")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Copies artifacts of this run into the workspace, by the rules of download-artifact version 4 and later."""

import os
import shutil
import sys
from fnmatch import fnmatchcase
from pathlib import Path


def main() -> int:
    store = Path(os.environ["ARTIFACT_STORE"])
    name, pattern = os.environ["NAME"], os.environ["PATTERN"]
    target = Path(os.environ["TARGET"] or ".").expanduser()
    there = sorted(path.name for path in store.iterdir()) if store.exists() else []
    if name:
        if name not in there:
            print(f"::error::Unable to download artifact(s): Artifact not found for name: {name}")
            return 1
        copy(store / name, target)
        chosen = [name]
    else:
        chosen = [each for each in there if fnmatchcase(each, pattern or "*")]
        merge = os.environ["MERGE_MULTIPLE"].lower() == "true"
        for each in chosen:
            copy(store / each, target if merge else target / each)
    print(f"Total of {len(chosen)} artifact(s) downloaded: {', '.join(chosen)}")
    with open(os.environ["GITHUB_OUTPUT"], "a") as output:
        output.write(f"download-path={target.resolve()}\n")
    return 0


def copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main())

"""Makes the job a Python of its own, into which `pip install nox` has little to install."""

import os
import subprocess
import sys
from pathlib import Path

TOOLS = Path(os.environ["NOXFLOW_TOOLS"])
ABOUT = "import platform, sysconfig; print(platform.python_version(), sysconfig.get_path('purelib'), sep='|')"


def main() -> int:
    home = Path(os.environ["RUNNER_TEMP"], "python")
    wanted = [line.strip() for line in os.environ["WANTED"].splitlines() if line.strip()]
    ours = TOOLS / "python" / "bin" / "python"
    # Several versions are one a line; the last one is first on the PATH.
    if wanted and make(home, wanted[-1]) != 0:
        print(f"::warning::no Python {wanted[-1]} on this machine, taking the one of the tools")
        wanted = []
    if not wanted and make(home, str(ours)) != 0:
        return 1
    python = home / "bin" / "python"
    version, library = about(python)
    our_version, our_library = about(ours)
    folders = [home / "bin"]
    if version.split(".")[:2] == our_version.split(".")[:2]:
        # pip, nox and uv of the tools can be imported, so that installing these very versions is quick; other
        # versions go into the job's own folder, and the tools stay as they are.
        Path(library, "tools.pth").write_text(our_library + "\n")
        folders.insert(0, TOOLS / "python" / "bin")
    else:
        subprocess.run([python, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
    append("GITHUB_PATH", *folders)
    append("GITHUB_OUTPUT", f"python-version={version}", f"python-path={python}")
    print(f"Python {version}")
    return 0


def make(home: Path, python: str) -> int:
    command = [TOOLS / "bin" / "uv", "venv", "--quiet", "--clear", "--python", python, home]
    return subprocess.run(command, env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"}, check=False).returncode


def about(python: Path) -> list[str]:
    return subprocess.check_output([python, "-c", ABOUT], text=True).strip().split("|")


def append(variable: str, *lines: object) -> None:
    with open(os.environ[variable], "a") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())

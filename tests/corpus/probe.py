"""What nox itself says of noxfiles: every session that it has, selected or not, as `truth.rs` reads it.

    probe.py FOLDER OUT     for each FOLDER/ID/noxfile.py one OUT/ID.json

Needs nox's own interpreter. It loads the noxfiles, and so runs their code: each in a process of its own, forked from this
one, which has nox loaded already.
"""

import inspect
import json
import os
import pathlib
import sys

import nox
from nox import _options, tasks


def probe(noxfile: pathlib.Path) -> dict:
    os.chdir(noxfile.parent)
    sys.argv = ["nox", "-f", noxfile.name]
    config = _options.options.parse_args()
    module = tasks.load_nox_module(config)
    if isinstance(module, int):
        raise SystemExit(f"nox cannot load {noxfile}")
    tasks.merge_noxfile_options(module, config)
    manifest = tasks.discover_manifest(module, config)
    return {"sessions": [entry(session) for session, _ in manifest.list_all_sessions()], "needs_version": nox.needs_version}


def entry(session) -> dict:
    func = session.func
    original = inspect.unwrap(func.func)
    code = original.__code__
    return {
        "session": session.friendly_name,
        "name": session.name,
        "signatures": list(session.signatures),
        "python": func.python if isinstance(func.python, str) else None,
        "tags": list(session.tags),
        "requires": list(func.requires),
        "default": func.default,
        "allow_parallel": func.allow_parallel,
        "function": original.__name__,
        "file": os.path.relpath(code.co_filename),
        "line": code.co_firstlineno,
    }


def main(folder: pathlib.Path, out: pathlib.Path) -> int:
    failed = 0
    for noxfile in sorted(folder.glob("*/noxfile.py")):
        child = os.fork()
        if child == 0:
            said = probe(noxfile)
            text = json.dumps({"noxfile": "noxfile.py", "probe": said})
            (out / f"{noxfile.parent.name}.json").write_text(text, encoding="utf-8")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        failed += status != 0
    return failed


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))

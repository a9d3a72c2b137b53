"""Green only if every job of `needs` is, apart from what may be skipped or may fail."""

import json
import os
import sys


def main() -> int:
    jobs = json.loads(os.environ["JOBS"])
    may_skip, may_fail = allowed("ALLOWED_SKIPS"), allowed("ALLOWED_FAILURES")
    bad = {}
    for name, job in jobs.items():
        result = job["result"]
        fine = (
            result == "success"
            or (result == "skipped" and name in may_skip)
            or (result in ("failure", "cancelled", "skipped") and name in may_fail)
        )
        print(f"{name}: {result}{'' if fine else ' (not fine)'}")
        if not fine:
            bad[name] = result
    return 1 if bad else 0


def allowed(variable: str) -> set[str]:
    text = os.environ[variable].strip()
    return set(json.loads(text)) if text.startswith("[") else {name.strip() for name in text.split(",")}


if __name__ == "__main__":
    sys.exit(main())

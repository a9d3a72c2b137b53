#!/usr/bin/env python3
"""Plays the one thing that a rewrite asks of jq: the sorted names in nox's list."""

import json
import sys

assert sys.argv[1:] == ["-c", "[.[].name] | unique"], sys.argv
print(json.dumps(sorted({session["name"] for session in json.load(sys.stdin)}), separators=(",", ":")))

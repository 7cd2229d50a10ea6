#!/usr/bin/env bash
# Prints a Python that can run Trailkeeper; 3.13 first, because that is the runtime of the deployed functions.
set -eu
for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
  if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    command -v "$candidate"
    exit 0
  fi
done
given="$(python3 --version 2>&1 || true)"
echo "error: Python 3.11 or newer with the venv module is needed; found: ${given:-none}. Install one, or name it: make PYTHON=/path/to/python3.13 ..." >&2
exit 1

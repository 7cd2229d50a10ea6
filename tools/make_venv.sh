#!/usr/bin/env bash
# make_venv.sh FOLDER REQUIREMENTS: a virtual environment with these packages. Without the mark of a
# finished set-up (it was interrupted, moved here from another folder, or its Python is gone) it is
# made anew.
set -eu
folder="$1" requirements="$2"
python="$(tools/pick_python.sh)"
if [ ! -e "$folder/.ready" ] || ! "$folder/bin/python" -c 'import pip' >/dev/null 2>&1; then
  rm -rf "$folder"
  "$python" -m venv "$folder"
fi
rm -f "$folder/.ready"
# Python compiles what it imports; to compile all of it here, most of which nobody imports, takes longer than
# everything else.
"$folder/bin/python" -m pip --disable-pip-version-check --quiet install --no-compile --requirement "$requirements"
pwd -P > "$folder/.made-for"

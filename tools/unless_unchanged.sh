#!/usr/bin/env bash
# unless_unchanged.sh NAME PATH... -- COMMAND...
# Runs the command, unless it has passed before with these very files. Where CI is set it always runs.
set -eu -o pipefail
name="$1"
shift
paths=()
while [[ "$1" != "--" ]]; do
  paths+=("$1")
  shift
done
shift
stamp="build/passed/$name"
now="$( (
  echo "$*"
  find "${paths[@]}" -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort --zero-terminated | xargs -0 sha256sum
) | sha256sum)"
if [[ -z "${CI:-}" && -f "$stamp" && "$(<"$stamp")" == "$now" ]]; then
  echo "==> SKIPPED $name: ${paths[*]} are as they were when it passed; CI=1 runs it all the same"
  exit 0
fi
rm -f "$stamp"
"$@"
mkdir -p "${stamp%/*}"
echo "$now" > "$stamp"

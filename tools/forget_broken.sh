#!/usr/bin/env bash
# Takes the mark of a finished set-up from environments whose Python is gone or that were made in
# another folder, so that make sets them up again.
for folder in .venv .venv-aws .venv-bench; do
  [ -e "$folder/.ready" ] || continue
  made_for="$(cat "$folder/.made-for" 2>/dev/null || true)"
  if { [ -n "$made_for" ] && [ "$made_for" != "$(pwd -P)" ]; } || ! "$folder/bin/python" -c '' >/dev/null 2>&1; then
    rm -f "$folder/.ready"
  fi
done

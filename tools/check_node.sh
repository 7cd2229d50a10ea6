#!/usr/bin/env bash
# The CDK command line and jsii run on Node.
set -eu
given="$(node --version 2>/dev/null || true)"
major="${given#v}"
major="${major%%.*}"
if [ -z "$given" ] || [ "$major" -lt 20 ]; then
  echo "Trailkeeper needs Node.js 20 or newer; found: ${given:-none}. Install Node 22 or 24." >&2
  exit 1
fi
command -v npm >/dev/null || { echo "Trailkeeper needs npm, which comes with Node.js; found: none." >&2; exit 1; }

#!/usr/bin/env bash
# The CDK command line and jsii run on Node.
set -eu
given="$(node --version 2>/dev/null || true)"
major="${given#v}"
major="${major%%.*}"
if [ -z "$given" ] || [ "$major" -lt 20 ]; then
  echo "error: Node.js 22 or 24 is needed (20 works as well); found: ${given:-none}. Install one." >&2
  exit 1
fi
command -v npm >/dev/null || { echo "error: npm is needed, which comes with Node.js; found: none." >&2; exit 1; }

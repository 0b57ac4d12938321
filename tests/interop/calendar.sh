#!/usr/bin/env bash
# calendar.sh: another implementation of RFC 5545 reads the calendar that nemcon wrote.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
"$scratch/python/bin/python" "$here/read_calendar.py"

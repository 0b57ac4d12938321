#!/usr/bin/env bash
# The units are units, and leave their services little: the exposure that systemd-analyze counts is under 2.0 of 10.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../packaging"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in nemcon.service nemcon-watch.service; do
  # The programs are not installed here; every program of the unit is one that is.
  sed -E 's|/usr/bin/nemcon(-audit)?( )|/bin/true\2|; /^Documentation=/d' "$unit" >"$folder/$unit"
  systemd-analyze verify --man=no "$folder/$unit" >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
  # An unknown setting is a warning, and the setting is then not in force.
  if grep -F "$unit" "$folder/said"; then exit 1; fi
  systemd-analyze security --offline=yes --threshold=19 --no-pager "$folder/$unit" >"$folder/said" || { cat "$folder/said"; exit 1; }
  grep -o 'Overall exposure level for [^ ]* [0-9.]*' "$folder/said" | sed 's/^/packages: /'
done

#!/usr/bin/env bash
# Puts desks under load: as many desks as nodes, ballots by all at once, and every desk read meanwhile.
#
#   load.sh NEMCON [MEMBERS]     the program that is tested; 27 members by default
#
# It prints how long pages take, how long they are, and how long after its order a ballot is shown, beside the time
# that nodes take to answer in the same run. It fails on an error and on a page that never shows the final state; it
# never fails on a time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[[ $# -ge 1 && $# -le 2 && ${2:-27} =~ ^[0-9]+$ ]] || { echo "usage: load.sh NEMCON [MEMBERS]" >&2; exit 2; }
command -v python3 >/dev/null || { echo "load.sh needs python3" >&2; exit 2; }
exec python3 "$here/load.py" "$(realpath "$1")" "${2:-27}"

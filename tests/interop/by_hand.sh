#!/usr/bin/env bash
# by_hand.sh CERTIFICATE RECEIPT DIGEST: the commands of docs/verify-by-hand.md do what the document says.
set -euo pipefail
[[ $# -eq 3 ]] || { echo "usage: by_hand.sh CERTIFICATE RECEIPT DIGEST" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/lib.sh
source "$here/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$1" "$scratch/decision.nemcon"
cp "$2" "$scratch/ballot.tlog-proof"
{
  echo 'set -eu'
  sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$here/../../docs/verify-by-hand.md"
} >"$scratch/commands"
cd "$scratch"

walk() { sh ./commands >said 2>&1; }

walk || { cat said; echo "by hand: the commands fail" >&2; exit 1; }
grep -q "^$3  genesis$" said || { cat said; echo "by hand: another council digest" >&2; exit 1; }
[[ $(grep -c "^Signature Verified Successfully$" said) -eq 2 ]] || { cat said; exit 1; }
roots() { grep -Ex '[A-Za-z0-9+/]{43}=' said | sort | uniq -d | wc -l; }
[[ $(roots) -eq 1 ]] || { cat said; echo "by hand: another root" >&2; exit 1; }
echo "by hand: digest, ballot, place and seal hold"

# What was altered is seen: a byte of the ballot's text, and one of the record behind the proof.
at=$(LC_ALL=C grep -abom1 'position in-favour' decision.nemcon | cut -d: -f1)
flip decision.nemcon "$at"
if walk && [[ $(grep -c "^Signature Verified Successfully$" said) -eq 2 ]]; then
  echo "by hand: an altered ballot is not seen" >&2
  exit 1
fi
flip decision.nemcon "$at"
sed -i 's/^index \(.*\)$/index 1\1/' ballot.tlog-proof
walk || true
[[ $(roots) -eq 0 ]] || { echo "by hand: another place is not seen" >&2; exit 1; }
echo "by hand: an altered ballot and another place do not"

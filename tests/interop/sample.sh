#!/usr/bin/env bash
# sample.sh: the verifier and OpenSSL on an export that no code of nemcon's wrote, and the verifier
# on such exports with a wrong ballot under right seals.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/lib.sh
source "$here/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$here" && offline_go vet . && offline_go test -count=1 .)
digest=$("$here/sample.py" "$scratch/sample")
"$here/run.sh" "$scratch/sample" "$digest"
"$here/openssl.sh" "$scratch/sample"

# flawed FLAW REASON [RECORD]
flawed() {
  local status=0
  "$scratch/verify" --council "$(cat "$scratch/$1.digest")" "$scratch/$1" >"$scratch/said" 2>&1 ||
    status=$?
  if [[ $status -ne 1 ]] || ! grep -Eq "^not verified: record ${3:-2}: .*$2" "$scratch/said"; then
    cat "$scratch/said"
    echo "sample: $1: status $status, wanted a refusal that says: $2" >&2
    exit 1
  fi
}

build_verifier "$scratch/verify"
flaws=(one-of-two twice-the-same one-too-many another-member another-text another-council no-member
  unsigned roster-unchanged)
# Each signature is a process of OpenSSL's; the samples know nothing of each other.
printf '%s\n' "${flaws[@]}" | xargs -P "$(nproc)" -I FLAW \
  sh -c '"$1" "$2/$3" "$3" >"$2/$3.digest"' sample "$here/sample.py" "$scratch" FLAW
flawed one-of-two "1 good signatures on 1 lines, 2 required"
flawed twice-the-same "1 good signatures on 2 lines, 2 required"
flawed one-too-many "2 good signatures on 3 lines, 2 required"
flawed another-member "no verifiable signatures"
flawed another-text "invalid signature"
flawed another-council "a record of another council"
flawed no-member "not a ballot by a member"
flawed unsigned "a ballot, signed: false"
flawed roster-unchanged "block 32 is decided by the roster" 32
echo "refused: 8 exports with one wrong ballot under right seals, one with a roster that did not change"

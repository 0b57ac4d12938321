#!/usr/bin/env bash
# run.sh: the release binary with 27 members: its processes are counted, its export is checked by
# other people's code, and every forgery of it is refused.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/interop/lib.sh
source tests/interop/lib.sh

cargo build --release --locked --quiet --package nemcon-node --package nemcon-audit --package nemcon-tests \
  --bin nemcon --bin nemcon-audit --bin forge --bin showcase
built=$(cargo metadata --no-deps --format-version 1 --locked |
  sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release

scratch=$(mktemp -d)
demo=
server=
cleanup() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  [[ -z $demo ]] || kill "$demo" 2>/dev/null || true
  [[ -z $demo ]] || wait "$demo" || true
  rm -rf "$scratch"
}
trap cleanup EXIT

fail() {
  echo "scripted: $*" >&2
  exit 1
}

# The processes that run a node of the demo.
nodes() {
  local line count=0
  for line in /proc/[0-9]*/cmdline; do
    line=$(tr '\0' ' ' 2>/dev/null <"$line") || continue
    [[ $line != *" node run --config $scratch/demo/members/"* ]] || count=$((count + 1))
  done
  echo "$count"
}

# refused WHAT PATTERN COMMAND...: exit status 1, with words that match.
refused() {
  local status=0 what=$1 pattern=$2
  shift 2
  "$@" >"$scratch/refusal" 2>&1 || status=$?
  if [[ $status -ne 1 ]] || ! grep -Eq "$pattern" "$scratch/refusal"; then
    cat "$scratch/refusal" >&2
    fail "$what: status $status, wanted a refusal that says: $pattern"
  fi
}

"$built/nemcon" demo --dir "$scratch/demo" >"$scratch/said" 2>&1 &
demo=$!
until grep -q "27 node processes, each connected to all" "$scratch/said"; do
  kill -0 "$demo" 2>/dev/null || { cat "$scratch/said" >&2; fail "the demo ended early"; }
  sleep 0.05
done
running=$(nodes)
kill -0 "$demo" || fail "the demo ended while its processes were counted"
[[ $running -eq 27 ]] || fail "$running node processes, wanted 27 besides the command"
echo "demo: 27 node processes besides the command itself"
wait "$demo" || { cat "$scratch/said" >&2; fail "the demo failed"; }
demo=
[[ $(nodes) -eq 0 ]] || fail "the demo has left processes"
grep -E "^adopted, final: 27 ballots, 27 seals$|^time " "$scratch/said"

export_dir=$scratch/demo/export
council=$(sed -n 's/^council = "\(.*\)"$/\1/p' "$scratch/demo/testnet.toml")
audit=("$built/nemcon" audit)
"${audit[@]}" "$export_dir" --council "$council" | tail -n 1
tests/interop/run.sh "$export_dir" "$council"

# The auditor's own program says the same, from a folder and from a web server, and goes on from what it has kept.
small=("$built/nemcon-audit" audit)
"${audit[@]}" "$export_dir" --council "$council" >"$scratch/said"
"${small[@]}" "$export_dir" --council "$council" --keep "$scratch/kept" --html "$scratch/report.html" >"$scratch/small"
cmp "$scratch/said" "$scratch/small" || fail "nemcon-audit says something else than nemcon audit"
"${small[@]}" "$export_dir" --council "$council" --since "$scratch/kept" | grep -E "^records +none new$|^VERIFIED$"
python3 -u -m http.server --bind 127.0.0.1 --directory "$scratch/demo" 0 >"$scratch/server" 2>&1 &
server=$!
until address=$(grep -oE "http://127[^/ ]+" "$scratch/server"); do
  kill -0 "$server" || fail "the web server ended early"
  sleep 0.05
done
"${small[@]}" "$address/export" --council "$council" >"$scratch/small"
kill "$server"
wait "$server" || true
server=
cmp "$scratch/said" "$scratch/small" || fail "nemcon-audit says something else of the export at an address"
echo "nemcon-audit: the same, from a folder, again, and from an address"
tests/interop/openssl.sh "$export_dir"
tests/interop/outside_date.sh "$export_dir"

# A second verifier, in Python, which derives chain, decisions and outcomes too.
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check cryptography==48.0.0
PATH=$scratch/python/bin:$PATH
tests/interop/independent.sh "$export_dir" "$council"
export PYTHONPATH=tests/interop
python3 tests/interop/compare.py 100 1 "$export_dir" "$council" "$built/nemcon"
tests/interop/corpus.sh "$built/nemcon"
python3 -m play.founding 100 1 "$built/nemcon"
python3 -m play.sealed 8 1 "$built/nemcon" | tail -n 1
python3 -m play 3 1 "$built/nemcon" | tail -n 1

# The decision and a ballot, each in one file, by the commands that a person gives.
"$built/nemcon" certificate 1 --export "$export_dir" --council "$council" --out "$scratch/decision.nemcon" >"$scratch/said"
"$built/nemcon" receipt 1 --of BE --export "$export_dir" --council "$council" --out "$scratch/ballot.tlog-proof" >"$scratch/said"
"$built/nemcon" verify "$scratch/decision.nemcon" --council "$council" | tail -n 1
tests/interop/by_hand.sh "$scratch/decision.nemcon" "$scratch/ballot.tlog-proof" "$council"
python3 -m independent --council "$council" "$scratch/decision.nemcon" | tail -n 1
python3 -m independent --policy "$export_dir/finality.policy" "$scratch/ballot.tlog-proof" | tail -n 1
python3 tests/interop/compare.py 100 1 "$scratch/decision.nemcon" "$council" "$built/nemcon"

# The verifier in Go judges both, and a receipt with another index not.
build_verifier "$scratch/verify"
"$scratch/verify" --council "$council" "$scratch/decision.nemcon" | tail -n 1
"$scratch/verify" --policy "$export_dir/finality.policy" "$scratch/ballot.tlog-proof" | tail -n 1
sed 's/^index \(.*\)$/index 1\1/' "$scratch/ballot.tlog-proof" >"$scratch/elsewhere.tlog-proof"
refused "a receipt with another index" "^not verified: " \
  "$scratch/verify" --policy "$export_dir/finality.policy" "$scratch/elsewhere.tlog-proof"
python3 tests/interop/compare_go.py alter 100 1 "$export_dir" "$council" "$built/nemcon" "$scratch/verify"
python3 tests/interop/compare_go.py turns "$built/nemcon" "$scratch/verify"

# Every kind of record, and members and keys that change.
council_of_all=$("$built/showcase" "$scratch/all")
"${audit[@]}" "$scratch/all" --council "$council_of_all" | tail -n 1
tests/interop/run.sh "$scratch/all" "$council_of_all"
tests/interop/independent.sh "$scratch/all" "$council_of_all"

# A folder in step with a ledger: it is a public export, and nothing is new the second time.
"$built/nemcon" log publish "$scratch/published" --ledger "$scratch/demo/members/BE/ledger"
"$built/nemcon" log publish "$scratch/published" --ledger "$scratch/demo/members/BE/ledger" | grep "nothing is new"
status=0
"$built/nemcon" verify "$scratch/published/certificate/1" --council "$council" >"$scratch/said" || status=$?
[[ $status -eq 4 ]] || fail "the certificate of a published log: status $status"
tail -n 1 "$scratch/said"

# The same from a real web server, as an operator would set it up: whole exports, a public one, and a published log.
mkdir "$scratch/public"
tar -xzf tests/vectors/exports/public-adopted-at-its-deadline.tar.gz -C "$scratch/public"
council_in_public=$(awk '$1 == "public-adopted-at-its-deadline.tar.gz" { print $2 }' tests/vectors/exports/INDEX)
tests/interop/nginx.sh "$built/nemcon-audit" "$export_dir" "$council" "$scratch/all" "$council_of_all" \
  "$scratch/public" "$council_in_public" "$scratch/published" "$council"

record=$("$built/forge" "$scratch/demo" "$scratch/forged")
refused "a rewritten decision, in Go" "^not verified: $record: not what the statements bring about" \
  "$scratch/verify" --council "$council" "$scratch/forged"
refused "a rewritten decision" \
  "FAULT +$record, block [0-9]+: the decision on measure 1 is false: " \
  "${audit[@]}" "$scratch/forged" --council "$council"
status=0
python3 -m independent --council "$council" "$scratch/forged" >"$scratch/said" || status=$?
[[ $status -eq 1 ]] || fail "the verifier in Python: status $status on a rewritten decision"
echo "audit: refuses a rewritten decision that all 27 sealed, as follows"
grep -A1 "^FAULT" "$scratch/refusal"

cp -r "$export_dir" "$scratch/near"
mapfile -t seals < <(awk '/^— / && length($3) == 104 { print NR }' "$export_dir/checkpoint")
[[ ${#seals[@]} -eq 27 ]] || fail "${#seals[@]} seals"
for line in "${seals[@]}"; do
  sed "${line}d" "$export_dir/checkpoint" >"$scratch/near/checkpoint"
  refused "without the seal of line $line" "FAULT.*seal" \
    "${audit[@]}" "$scratch/near" --council "$council"
done
cp "$export_dir/checkpoint" "$scratch/near/checkpoint"
flips=0
while read -r file; do
  size=$(stat -c %s "$file")
  for offset in 0 $((size / 2)) $((size - 1)); do
    flip "$file" "$offset"
    refused "$file, byte $offset" "NOT verified" "${audit[@]}" "$scratch/near" --council "$council"
    flip "$file" "$offset"
    flips=$((flips + 1))
  done
done < <(find "$scratch/near" -type f | sort)
"${audit[@]}" "$scratch/near" --council "$council" >"$scratch/refusal"
refused "another council" "it is another council's" \
  "${audit[@]}" "$export_dir" --council "$(printf '%064d' 0)"
echo "audit: refuses 26 of 27 seals in 27 ways, $flips flipped bytes, another council's digest"

# The pages that commands write, as a browser shows and prints them.
pages=$scratch/pages
mkdir "$pages"
"${audit[@]}" "$export_dir" --council "$council" --html "$pages/verified.html" >"$scratch/said"
refused "a rewritten decision" "NOT verified" \
  "${audit[@]}" "$scratch/forged" --council "$council" --html "$pages/refused.html"
"$built/nemcon" certificate 1 --export "$export_dir" --council "$council" \
  --out "$pages/decision.nemcon" --html "$pages/certificate.html" >"$scratch/said"
"$built/nemcon" testnet up --dir "$scratch/demo" --as BE >"$scratch/said"
"$built/nemcon" minutes 1 --dir "$scratch/demo" --as BE --format html --out "$pages/minutes.html" >"$scratch/said"
"$built/nemcon" testnet down --dir "$scratch/demo" >"$scratch/said"
tests/page/reports.sh "$pages"/*.html

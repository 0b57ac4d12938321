#!/usr/bin/env bash
# client.sh NEMCON: the client of examples/client tables a measure in a council of four; the other members cast their
# ballots, and the client sees it final.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: client.sh NEMCON" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon=$(realpath "$1")

scratch=$(mktemp -d)
client=
trap '[[ -z $client ]] || kill "$client" 2>/dev/null || true; "$nemcon" testnet down --dir "$scratch/net" >/dev/null || true; rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check cryptography==50.0.2
"$nemcon" testnet up --members 4 --dir "$scratch/net" >"$scratch/up"
own=$scratch/net/members/BE
"$nemcon" key export "$own/officer-desk.key" --out "$scratch/desk.pem" --no-passphrase >/dev/null
node=http://$(sed -n 's/^http = "\(.*\)"$/\1/p' "$own/node.toml")

timeout 300 "$scratch/python/bin/python" "$here/../../examples/client/client.py" "$node" "$own/submit.token" \
  "$scratch/desk.pem" BE desk "Conclusions on a client" conclusions consensus 24 >"$scratch/said" 2>&1 &
client=$!
# The events of the node say when the measure is there.
timeout 300 "$nemcon" log follow --from 1 --json --dir "$scratch/net" --as BE >"$scratch/events" &
following=$!
until grep -q '"event":"tabled"' "$scratch/events"; do
  kill -0 "$client" 2>/dev/null || { cat "$scratch/said"; echo "client: it has ended too early" >&2; exit 1; }
  kill -0 "$following" 2>/dev/null || { echo "client: no event came" >&2; exit 1; }
  sleep 0.2
done
kill "$following"
text=$(sed -n 's/.*"event":"tabled".*"text_hash":"\([0-9a-f]*\)".*/\1/p' "$scratch/events")
for code in BE BG CZ DK; do
  "$nemcon" ballot cast 1 in-favour --yes --text "$text" --dir "$scratch/net" --as "$code" >/dev/null
done
status=0
wait "$client" || status=$?
client=
cat "$scratch/said"
[[ $status -eq 0 ]] || { echo "client: status $status" >&2; exit 1; }
grep -q '^adopted measure 1, “Conclusions on a client”: adopted$' "$scratch/said"
grep -q '^final measure 1 is final' "$scratch/said"
echo "client: tabled, signed, handed in, and final"

# A statement that breaks the law is refused with a code.
if "$scratch/python/bin/python" "$here/../../examples/client/client.py" "$node" "$own/submit.token" \
  "$scratch/desk.pem" BE desk "Conclusions too late" conclusions unanimity 24 >"$scratch/said" 2>&1; then
  cat "$scratch/said"
  echo "client: another rule than the charter's is let in" >&2
  exit 1
fi
grep -q '"answer": "refused"' "$scratch/said"
echo "client: a refusal has a code"

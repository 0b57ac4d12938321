#!/usr/bin/env bash
# api.sh NEMCON: schemathesis asks every route of a node in a council of four what its OpenAPI document lets it ask, and
# what it does not, with a token of each role; every answer is one that the document describes.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: api.sh NEMCON" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon=$(realpath "$1")
examples=25 seed=7

scratch=$(mktemp -d)
trap '"$nemcon" testnet down --dir "$scratch/net" >/dev/null || true; rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5
"$nemcon" testnet up --members 4 --dir "$scratch/net" >"$scratch/up"
own=$scratch/net/members/BE
node=http://$(sed -n 's/^http = "\(.*\)"$/\1/p' "$own/node.toml")
bearer() { printf 'Authorization: Bearer %s' "$(cat "$own/$1.token")"; }

# What a council has: a measure with ballots, and an incident.
act=$here/../../examples/toolbox/2018-conclusions.toml
"$nemcon" measure table "$act" --yes --dir "$scratch/net" --as BE >/dev/null
text=$("$nemcon" log records --measure 1 --json --dir "$scratch/net" --as BE |
  python3 -c 'import hashlib, json, sys; print(hashlib.sha256((json.load(sys.stdin)[0]["record"].split("\n\n")[0] + "\n").encode()).hexdigest())')
for code in BE BG; do
  "$nemcon" ballot cast 1 in-favour --yes --text "$text" --dir "$scratch/net" --as "$code" >/dev/null
done

"$nemcon" node api >"$scratch/openapi.json"
cmp "$scratch/openapi.json" "$here/../../docs/openapi.json"
curl --silent --show-error --fail -H "$(bearer read)" "$node/v1/openapi.json" | cmp - "$scratch/openapi.json"
echo "api: the program, the node and docs/openapi.json have one document"

# A stream of events has no end, so it is asked for its beginning alone.
curl --silent --max-time 2 -H "$(bearer read)" "$node/v1/events?from=0" >"$scratch/events" || [[ $? -eq 28 ]]
[[ $(grep -c '^event: signed$' "$scratch/events") -eq 2 ]]
grep -q '^id: 2-' "$scratch/events"
echo "api: events come as they are described"

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,negative_data_rejection,positive_data_acceptance,ignored_auth
for role in read submit operate; do
  own_checks=$checks
  # A method that a route does not have needs the strongest role.
  [[ $role != operate ]] || own_checks+=,unsupported_method,allow_header_conformance
  (cd "$scratch" && "$scratch/python/bin/st" run openapi.json --url "$node" -H "$(bearer "$role")" --exclude-path /v1/events \
    --phases examples,coverage,fuzzing --checks "$own_checks" --max-examples "$examples" --seed "$seed" --workers 1 \
    --request-timeout 20 --suppress-health-check all --warnings off --max-failures 20 --no-color >said 2>&1) ||
    { cat "$scratch/said"; echo "api: with a token for $role" >&2; exit 1; }
  grep -E 'Test cases:|generated|passed' "$scratch/said" | sed "s/^/  $role: /"
done

# After all of it the node answers, and nothing was ordered that nobody signed.
"$nemcon" status --dir "$scratch/net" --as BE >/dev/null
"$nemcon" log records --measure 1 --json --dir "$scratch/net" --as BE | grep -c '"leaf"' | grep -qx 3
echo "api: every answer was one that the document describes"

#!/usr/bin/env bash
# metrics.sh NEMCON: Prometheus scrapes a test network of four nodes. Every rule of packaging/alerts.yml and every query of
# packaging/grafana.json evaluates, every name in them is one that a node serves, and a node that goes away is noticed.
# promtool lets each alert fire on made numbers. Needs Debian's package prometheus.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packaging=$here/../../packaging
nemcon=$(realpath "${1:?the program nemcon}")

(cd "$packaging" && promtool check rules alerts.yml && promtool test rules alerts.test.yml)

scratch=$(mktemp -d)
prometheus=
end() {
  if [[ -n $prometheus ]]; then
    kill "$prometheus" 2>/dev/null || true
    wait "$prometheus" 2>/dev/null || true
  fi
  "$nemcon" testnet down --dir "$scratch/net" >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap end EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

"$nemcon" testnet up --members 4 --dir "$scratch/net" >"$scratch/up"
mapfile -t members < <(cd "$scratch/net/members" && ls)
# One member gives its numbers out on an address of their own, without a token.
open=${members[3]}
port=$(free_port)
"$nemcon" testnet down --dir "$scratch/net" --as "$open" >/dev/null
config=$scratch/net/members/$open/node.toml
sed -i "1i metrics = \"127.0.0.1:$port\"" "$config"
"$nemcon" testnet up --dir "$scratch/net" --as "$open" >/dev/null

{
  printf 'global: { scrape_interval: 1s, evaluation_interval: 1s }\n'
  printf 'rule_files: [%s]\nscrape_configs:\n' "$packaging/alerts.yml"
  printf '  - job_name: nemcon\n    static_configs: [{ targets: ["127.0.0.1:%s"] }]\n' "$port"
  for member in "${members[@]:0:3}"; do
    address=$(sed -n 's/^http = "\(.*\)"/\1/p' "$scratch/net/members/$member/node.toml")
    printf '  - job_name: nemcon-%s\n    authorization: { credentials_file: %s }\n' "$member" \
      "$scratch/net/members/$member/read.token"
    printf '    static_configs: [{ targets: ["%s"], labels: { job: nemcon } }]\n' "$address"
  done
} >"$scratch/prometheus.yml"
promtool check config "$scratch/prometheus.yml"

listen=127.0.0.1:$(free_port)
prometheus --config.file="$scratch/prometheus.yml" --storage.tsdb.path="$scratch/data" \
  --web.listen-address="$listen" --log.level=error >"$scratch/prometheus.log" 2>&1 &
prometheus=$!

away() { "$nemcon" testnet down --dir "$scratch/net" --as "${members[0]}" >/dev/null; }
python3 "$here/metrics.py" "http://$listen" "$packaging" before
away
python3 "$here/metrics.py" "http://$listen" "$packaging" away "${members[0]}"

#!/usr/bin/env bash
# Every check that is not a test. Silent but for a line each; a failing one shows its whole output.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# check WHAT COMMAND...
check() {
  local what=$1
  shift
  printf '%-66s ' "$what"
  if "$@" >"$output" 2>&1 </dev/null; then
    echo ok
  else
    echo FAILED
    cat "$output"
    exit 1
  fi
}

deny_version=0.20.2
have_deny() { [[ "$(cargo deny --version 2>/dev/null)" == "cargo-deny $deny_version" ]]; }

check "format: rustfmt would change nothing" \
  cargo fmt --all --check
check "lints: clippy, pedantic, in all targets, warns of nothing" \
  cargo clippy --workspace --all-targets --locked -- -D warnings
check "docs: rustdoc builds, no link is broken" \
  env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
have_deny || check "tool: cargo-deny $deny_version is installed" \
  cargo install --locked "cargo-deny@$deny_version"
check "dependencies: licences, bans and sources are those of deny.toml" \
  cargo deny --locked check bans licenses sources
check "layers: no circle, no arrow up, nothing too large, reasons given" \
  cargo run --quiet --locked --package nemcon-tests --bin layers
sed 's/^/  /' "$output"
echo "all checks passed"

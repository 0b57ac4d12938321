#!/usr/bin/env bash
# Makes the Debian package of the programs that are built: packaging/deb.sh [--version VERSION] [--out FOLDER] [--fast]
# `cargo build --release --locked -p nemcon-node -p nemcon-audit` comes first. The package is made of the commit's time alone,
# so that the same programs make the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo_deb=3.8.0
out=target/debian
options=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --version) options+=(--deb-version "$2"); shift 2 ;;
    --out) out=$2; shift 2 ;;
    --fast) options+=(--fast); shift ;; # compressed less, for tests
    *) echo "deb.sh: $1 is not known; packaging/deb.sh [--version VERSION] [--out FOLDER] [--fast]" >&2; exit 2 ;;
  esac
done

built=${CARGO_TARGET_DIR:-target}/release
for program in nemcon nemcon-audit; do
  if [[ ! -x $built/$program ]]; then
    echo "deb.sh: no $built/$program: cargo build --release --locked -p nemcon-node -p nemcon-audit" >&2
    exit 2
  fi
done
if [[ "$(cargo deb --version 2>/dev/null)" != "cargo-deb $cargo_deb" ]]; then
  echo "deb.sh: cargo install --locked cargo-deb@$cargo_deb" >&2
  cargo install --quiet --locked "cargo-deb@$cargo_deb"
fi
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.lock)}

parts=target/package
rm -rf "$parts"
mkdir -p "$parts"/{man,bash,zsh,fish}
"$built/nemcon" man --out "$parts/man" --date "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" >/dev/null
for program in nemcon nemcon-audit; do
  "$built/$program" completions bash >"$parts/bash/$program"
  "$built/$program" completions zsh >"$parts/zsh/_$program"
  "$built/$program" completions fish >"$parts/fish/$program.fish"
done

mkdir -p "$out"
cargo deb --quiet --no-build --package nemcon-node "${options[@]}" --output "$out/"

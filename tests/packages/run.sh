#!/usr/bin/env bash
# The Debian package, the units, the manual pages and the completions, on a machine of its own: tests/packages/run.sh [FOLDER]
# FOLDER has the programs that are built, nemcon and nemcon-audit; by default target/release. It needs root, for a root file
# system of which every change vanishes: nothing is installed on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

built=${CARGO_TARGET_DIR:-target}/release
programs=$(realpath "${1:-$built}")
here=$PWD/tests/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '%s\n' "packages: $*"; }

# The package is made of stripped copies: what is tested is how they are packed, installed and run.
mkdir -p "$work/target/release"
for program in nemcon nemcon-audit; do
  strip -o "$work/target/release/$program" "$programs/$program"
done

make_package() {
  CARGO_TARGET_DIR="$work/target" bash packaging/deb.sh --fast --version "$1" --out "$2" >/dev/null
}
make_package 0.1.0-1 "$work/first"
make_package 0.1.0-2 "$work/second"
make_package 0.1.0-1 "$work/again"
cmp "$work/first/"*.deb "$work/again/"*.deb
say "the same programs make the same package, byte by byte"

bash "$here/pages.sh" "$work/target/release"
bash "$here/units.sh"
bash "$here/container.sh" "$work/target/release"
# A network of its own, and a list of processes that ends with the script.
if ! unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child true 2>"$work/said"; then
  echo "skipped: no namespaces here, so that nothing is installed: $(cat "$work/said")"
  exit
fi
unshare --mount --pid --net --fork --kill-child bash "$here/overlay.sh" "$work" chroot
timeout 400 unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child bash "$here/overlay.sh" "$work" boot || true
if [[ ! -e "$work/told/boot.out" ]]; then
  echo "skipped: no systemd starts within namespaces here, so that no service runs"
  exit
fi
cat "$work/told/boot.out"
[[ "$(cat "$work/told/boot.rc")" == 0 ]]
say "all of it holds"

#!/usr/bin/env bash
# Makes the files of a release from the commit that is checked out: docs/releasing.md.
#   scripts/release.sh [--out FOLDER]   builds once; the files and SHA256SUMS are in FOLDER, by default target/release-files
#   scripts/release.sh --twice [...]    builds in two folders, and compares all files; both builds must be the same bytes
#   scripts/release.sh --check          builds nemcon-audit alone in two folders, and compares
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

auditable=0.7.7
cyclonedx=0.5.9
out=target/release-files
how=once
while [[ $# -gt 0 ]]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --twice) how=twice; shift ;;
    --check) how=check; shift ;;
    *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
  esac
done

commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed -n 1p)
target=$(rustc -vV | sed -n 's/^host: //p')
name=nemcon-$version-${target%%-*}-linux
cargo_home=${CARGO_HOME:-$HOME/.cargo}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() { [[ "$(cargo "$1" --version 2>/dev/null)" == *"$2"* ]]; }
tools() {
  has auditable "$auditable" || cargo install --quiet --locked "cargo-auditable@$auditable"
  has cyclonedx "$cyclonedx" || cargo install --quiet --locked "cargo-cyclonedx@$cyclonedx"
}

# in_tree FOLDER COMMAND...: the command in a copy of the commit, with the flags that keep the folder out of what is built.
in_tree() {
  local tree=$1
  shift
  (
    cd "$tree"
    export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$tree/target" LC_ALL=C TZ=UTC
    unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
    export RUSTFLAGS="--remap-path-prefix=$tree=/nemcon --remap-path-prefix=$cargo_home=/cargo -C strip=symbols"
    export CFLAGS="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$tree=/nemcon"
    umask 022
    "$@"
  )
}

copy_of_commit() {
  mkdir -p "$1"
  git archive "$commit" | tar -x -C "$1"
}

# Entries in order, of one time and one owner.
packed() { tar --sort=name --format=posix --pax-option=delete=atime,delete=ctime --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w -C "$1" -c "$2" | gzip -9n; }

# The list of parts of one package, without the folder it was made in.
parts_list() {
  local package=$1 folder=$2 tree=$3 to=$4
  in_tree "$tree" cargo cyclonedx --quiet --manifest-path "$folder/Cargo.toml" --format json --spec-version 1.5 --target "$target" --override-filename "$package"
  sed "s|$tree|/nemcon|g" "$tree/$folder/$package.json" >"$to/$package-$version.cdx.json"
}

# all_files TREE FOLDER: builds in TREE, and puts the files of the release into FOLDER.
all_files() {
  local tree=$1 to=$2
  mkdir -p "$to"
  to=$(cd "$to" && pwd)
  copy_of_commit "$tree"
  in_tree "$tree" cargo auditable build --release --locked -p nemcon-node -p nemcon-audit
  in_tree "$tree" bash packaging/deb.sh --out "$to" >/dev/null
  local inside=$tree/pack/$name
  mkdir -p "$inside"
  cp "$tree/target/release/nemcon" "$tree/target/release/nemcon-audit" "$inside/"
  cp -r "$tree/target/package/man" "$tree/docs" "$tree/packaging" "$inside/"
  mkdir "$inside/completions"
  cp -r "$tree/target/package/"{bash,zsh,fish} "$inside/completions/"
  cp "$tree"/{LICENSE,README.md,CHANGELOG.md,SECURITY.md,ledger/page/verify.html} "$inside/"
  packed "$tree/pack" "$name" >"$to/$name.tar.gz"
  git archive --prefix="nemcon-$version/" "$commit" | gzip -9n >"$to/nemcon-$version-source.tar.gz"
  cp "$tree/ledger/page/verify.html" "$to/"
  for package in nemcon-node:node nemcon-audit:node/audit; do
    parts_list "${package%%:*}" "${package#*:}" "$tree" "$to"
  done
  (
    cd "$to"
    chmod 644 ./*
    rm -f SHA256SUMS
    {
      printf '# nemcon %s, commit %s\n' "$version" "$commit"
      printf '# built with %s\n' "$(rustc --version)"
      sha256sum -- *
    } >"$tree/SHA256SUMS"
    mv "$tree/SHA256SUMS" SHA256SUMS
  )
}

# Two folders of different lengths, so that a path that is left in makes a difference.
first=$work/a
second=$work/another-folder/b
if [[ $how == check ]]; then
  for tree in "$first" "$second"; do
    copy_of_commit "$tree"
    in_tree "$tree" cargo build --quiet --release --locked -p nemcon-audit
  done
  if grep -q -F -e "$work" -e "$cargo_home" "$first/target/release/nemcon-audit"; then
    echo "release.sh: the program names a folder of this machine" >&2
    exit 1
  fi
  cmp "$first/target/release/nemcon-audit" "$second/target/release/nemcon-audit"
  echo "release.sh: nemcon-audit is the same in two folders: $(sha256sum <"$first/target/release/nemcon-audit" | cut -d' ' -f1)"
  exit
fi

if ! git diff --quiet HEAD; then
  echo "release.sh: the tree has changes that are not in the commit: the release is made of the commit" >&2
  exit 1
fi
tools
rm -rf "$out"
all_files "$first" "$out"
if [[ $how == twice ]]; then
  all_files "$second" "$work/second"
  diff -r "$out" "$work/second"
  echo "release.sh: two builds in two folders are the same bytes"
fi
cat "$out/SHA256SUMS"
echo "release.sh: next: nemcon note sign $out/SHA256SUMS --name NAME --release-key FILE --out $out/SHA256SUMS.note"

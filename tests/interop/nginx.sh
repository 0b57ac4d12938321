#!/usr/bin/env bash
# nginx.sh NEMCON_AUDIT (EXPORT DIGEST)...: nginx gives out each export with packaging/nginx.conf: the audit says the same of
# the address as of the folder, over http and https; a copy of all files is the export; types, cache and refusals are right.
set -euo pipefail
[[ $# -ge 3 && $(($# % 2)) -eq 1 ]] || { echo "usage: nginx.sh NEMCON_AUDIT (EXPORT DIGEST)..." >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nemcon_audit=$(realpath "$1")
shift

nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "nginx.sh needs nginx (apt-get install nginx)" >&2; exit 2; }
scratch=$(mktemp -d)
server=
end() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  [[ -z $server ]] || wait "$server" || true
  server=
}
trap 'end; rm -rf "$scratch"' EXIT
served=$scratch/served

fail() {
  echo "nginx: $*" >&2
  exit 1
}

free_port() {
  python3 -c 'import socket; it = socket.socket(); it.bind(("127.0.0.1", 0)); print(it.getsockname()[1])'
}

# start: nginx for this user alone, below $scratch, on two ports that were free; $served is what it gives out.
start() {
  local http https tries
  for tries in 1 2 3 4 5; do
    http=$(free_port)
    https=$(free_port)
    sed -e "s|listen 80;|listen 127.0.0.1:$http;|" -e "s|listen 443 ssl;|listen 127.0.0.1:$https ssl;|" \
      -e "s|/srv/nemcon/export|$served|" -e "s|/etc/nemcon/tls/|$scratch/|" \
      "$here/../../packaging/nginx.conf" >"$scratch/site.conf"
    cat >"$scratch/nginx.conf" <<CONFIG
daemon off;
master_process off;
pid $scratch/pid;
error_log $scratch/errors;
events { }
http {
  access_log $scratch/requests;
  client_body_temp_path $scratch/body;
  proxy_temp_path $scratch/proxy;
  fastcgi_temp_path $scratch/fastcgi;
  uwsgi_temp_path $scratch/uwsgi;
  scgi_temp_path $scratch/scgi;
  include $scratch/site.conf;
}
CONFIG
    "$nginx" -p "$scratch" -e "$scratch/errors" -c "$scratch/nginx.conf" 2>"$scratch/said" &
    server=$!
    until curl -s -o /dev/null "http://127.0.0.1:$http/"; do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.05
    done
    if kill -0 "$server" 2>/dev/null; then
      plain=http://127.0.0.1:$http
      secure=https://127.0.0.1:$https
      return
    fi
    grep -q "Address already in use" "$scratch/said" "$scratch/errors" || { cat "$scratch/said"; fail "it does not start"; }
  done
  fail "no free port in $tries tries"
}

# A root of our own, and a certificate of it for this address.
certificates() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=root" \
    -keyout "$scratch/root.key" -out "$scratch/root.pem" 2>"$scratch/said"
  openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" \
    -keyout "$scratch/privkey.pem" -out "$scratch/request.pem" 2>"$scratch/said"
  openssl x509 -req -in "$scratch/request.pem" -CA "$scratch/root.pem" -CAkey "$scratch/root.key" -CAcreateserial \
    -days 1 -extfile <(printf 'subjectAltName = IP:127.0.0.1\nextendedKeyUsage = serverAuth\n') \
    -out "$scratch/fullchain.pem" 2>"$scratch/said"
}

# audited WHERE DIGEST: what the audit prints, and its exit status, in one file; the path is its name.
audited() {
  local status=0
  "$nemcon_audit" audit "$1" --council "$2" >"$scratch/report" 2>"$scratch/complaints" || status=$?
  echo "status $status" >>"$scratch/report"
  mv "$scratch/report" "$scratch/report.$3"
}

# same_report DIGEST: folder, http and https.
same_report() {
  audited "$served/" "$1" folder
  audited "$plain" "$1" plain
  SSL_CERT_FILE=$scratch/root.pem audited "$secure" "$1" secure
  grep -Eq '^status (0|4)$' "$scratch/report.folder" || { cat "$scratch/report.folder"; fail "the folder is not verified"; }
  cmp "$scratch/report.folder" "$scratch/report.plain" || { cat "$scratch/complaints"; fail "another report over http"; }
  cmp "$scratch/report.folder" "$scratch/report.secure" || { cat "$scratch/complaints"; fail "another report over https"; }
  audited "$secure" "$1" unknown
  grep -qx 'status 2' "$scratch/report.unknown" || fail "an authority that this machine does not know"
}

# answer STATUS CURL-ARGUMENT...: the status; the head is in $scratch/head then.
answer() {
  local wanted=$1 found
  shift
  found=$(curl -sS -o "$scratch/body-of-it" -D "$scratch/head" -w '%{http_code}' --path-as-is "$@")
  [[ $found == "$wanted" ]] || { cat "$scratch/head"; fail "status $found, wanted $wanted: $*"; }
}

# has NAME: VALUE: the last answer has this field.
has() {
  tr -d '\r' <"$scratch/head" | grep -qix "$1" || { cat "$scratch/head"; fail "no field $1"; }
}

# One file: type, cache, content, and 304 to whoever has it.
judge_file() {
  local path=$1 type cache tag
  case $path in
    tile/*) type="application/octet-stream" ;;
    *) type="text/plain; charset=utf-8" ;;
  esac
  case $path in
    tile/entries/* | *.p/*) cache="public, max-age=600" ;;
    tile/*) cache="public, max-age=31536000, immutable" ;;
    *) cache="no-cache" ;;
  esac
  answer 200 "$plain/$path"
  has "content-type: $type"
  has "cache-control: $cache"
  has "x-content-type-options: nosniff"
  mkdir -p "$(dirname "$scratch/copy/$path")"
  cp "$scratch/body-of-it" "$scratch/copy/$path"
  tag=$(sed -n 's/^etag: \(.*\)\r$/\1/Ip' "$scratch/head")
  [[ -n $tag ]] || fail "no ETag: $path"
  answer 304 -H "If-None-Match: $tag" "$plain/$path"
  answer 200 --head "$plain/$path"
}

judge_files() {
  local path
  rm -rf "$scratch/copy"
  while read -r path; do judge_file "$path"; done < <(cd "$served/" && find . -type f -printf '%P\n' | sort)
  diff -r "$served/" "$scratch/copy" || fail "a copy of all files is not the export"
}

# Records come packed for whoever asks; unpacked they are the same.
judge_packing() {
  local path
  path=$(cd "$served/" && find tile/entries -type f | head -n 1)
  answer 200 -H 'Accept-Encoding: gzip' "$plain/$path"
  has "content-encoding: gzip"
  has "vary: accept-encoding"
  gzip -dc <"$scratch/body-of-it" | cmp - "$served/$path" || fail "packed records are others"
}

judge_refusals() {
  local path
  mkdir "$served/.hidden"
  touch "$served/.hidden/file" "$served/stray" "$served/tile/0/stray" "$served/checkpoint~"
  # A link that has a name like a tile's.
  ln -s /etc/passwd "$served/tile/0/999"
  for path in "" tile tile/ tile/0/ stray tile/0/stray checkpoint~ .hidden/file checkpoint/ tile/0/1 nothing \
    tile/0/998 tile/0/000.p/1/../../../../nginx.conf; do
    answer 404 "$plain/$path"
  done
  for path in ../nginx.conf tile/../../nginx.conf tile/..%2f..%2fnginx.conf; do
    answer 400 "$plain/$path"
  done
  answer 403 "$plain/tile/0/999"
  rm -r "$served/.hidden" "$served/stray" "$served/tile/0/stray" "$served/tile/0/999" "$served/checkpoint~"
  for path in POST PUT DELETE OPTIONS PROPFIND; do
    answer 405 -X "$path" "$plain/checkpoint"
    has "allow: GET, HEAD"
  done
  answer 413 -X GET --data-binary "@$here/verify.go" "$plain/checkpoint"
  answer 400 -H "X-Long: $(printf '%05000d' 0)" "$plain/checkpoint"
  answer 414 "$plain/$(printf '%05000d' 0)"
}

certificates
while [[ $# -ge 2 ]]; do
  rm -rf "$served"
  cp -r "$1" "$served"
  [[ -n $server ]] || start
  same_report "$2"
  judge_files
  judge_packing
  judge_refusals
  tail -n 2 "$scratch/report.plain" | head -n 1
  shift 2
done
kill -0 "$server" || fail "it ended"
! grep -E '\[(emerg|alert|crit)\]' "$scratch/errors" || fail "it complains"
end
echo "nginx: the same over http and https, $(wc -l <"$scratch/requests") requests"

#!/usr/bin/env bash
# Installs, upgrades, removes and purges the package, where no systemd runs.
set -euo pipefail

say() { printf '%s\n' "packages: $*"; }
fail() { printf '%s\n' "packages: $*" >&2; exit 1; }
version() { dpkg-query -W -f '${Version} ${db:Status-Status}' nemcon 2>/dev/null || echo none; }
# All that the package might leave, with what it is.
listed() { find /usr /etc /opt /var/lib /var/cache -xdev -not -path '/var/lib/dpkg*' -not -path '/var/cache/man*' -printf '%p %y %m\n' | sort; }
# What is in the node's folder, byte by byte.
kept() { (cd /var/lib/nemcon && find . -type f -printf '%p %m %u %g\n' | sort && find . -type f -exec sha256sum {} + | sort); }

cd /
listed >/tmp/before
if getent passwd nemcon >/dev/null; then fail "this machine has a user nemcon"; fi

dpkg -i /tmp/packages/first.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
[[ "$(version)" == "0.1.0-1 installed" ]] || fail "$(version)"
[[ "$(stat -c '%U:%G %a' /var/lib/nemcon)" == "nemcon:nemcon 700" ]] || fail "$(stat /var/lib/nemcon)"
[[ "$(getent passwd nemcon | cut -d: -f6,7)" == /var/lib/nemcon:/usr/sbin/nologin ]] || fail "$(getent passwd nemcon)"
nemcon --version >/dev/null
nemcon-audit --version >/dev/null
[[ ! -e /etc/systemd/system/multi-user.target.wants/nemcon.service ]] || fail "nobody has enabled the service"
for file in man/man1/nemcon-ballot-cast.1.gz bash-completion/completions/nemcon zsh/vendor-completions/_nemcon \
  fish/vendor_completions.d/nemcon-audit.fish doc/nemcon/docs/running-a-node.md doc/nemcon/examples/nginx.conf nemcon/verify.html; do
  [[ "$(stat -c '%U %a' "/usr/share/$file")" == "root 644" ]] || fail "/usr/share/$file"
done
dpkg --verify nemcon

# A node with its keys, as its operator sets it up.
as_node() { setpriv --reuid nemcon --regid nemcon --clear-groups env HOME=/var/lib/nemcon "$@"; }
as_node nemcon key new --role node --out /var/lib/nemcon/node.key >/dev/null
as_node nemcon key new --role seal --out /var/lib/nemcon/seal.key >/dev/null
as_node mkdir /var/lib/nemcon/ledger
as_node touch /var/lib/nemcon/ledger/signed
kept >/tmp/node
[[ "$(wc -l </tmp/node)" == 6 ]] || fail "$(cat /tmp/node)"
echo "COUNCIL=of the operator" >>/etc/nemcon/watch.env

dpkg -i /tmp/packages/second.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
[[ "$(version)" == "0.1.0-2 installed" ]] || fail "$(version)"
grep -q "of the operator" /etc/nemcon/watch.env || fail "the upgrade has replaced what the operator wrote"
kept | cmp - /tmp/node || fail "the upgrade has changed the node's folder"
# Again, and the scripts by themselves: nothing changes, nothing fails.
dpkg -i /tmp/packages/second.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
for script in "postinst configure 0.1.0-2" "postinst abort-upgrade 0.1.0-2" "prerm upgrade 0.1.0-3" "postrm upgrade 0.1.0-3"; do
  read -r name words <<<"$script"
  # shellcheck disable=SC2086 # the words of a call
  DPKG_MAINTSCRIPT_PACKAGE=nemcon sh "/var/lib/dpkg/info/nemcon.$name" $words
done
kept | cmp - /tmp/node
# A folder that its operator has opened stays open.
chmod 0750 /var/lib/nemcon
dpkg -i /tmp/packages/second.deb >/tmp/said 2>&1
[[ "$(stat -c %a /var/lib/nemcon)" == 750 ]] || fail "the mode of the folder was changed"
say "installed and upgraded: user, folder, keys and settings stay"

dpkg -r nemcon >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
[[ ! -e /usr/bin/nemcon && ! -e /usr/bin/nemcon-audit && ! -e /usr/lib/systemd/system/nemcon.service ]] || fail "files stay after the removal"
grep -q "of the operator" /etc/nemcon/watch.env || fail "the removal has taken the settings"
kept | cmp - /tmp/node || fail "the removal has changed the node's folder"
dpkg -i /tmp/packages/second.deb >/tmp/said 2>&1
kept | cmp - /tmp/node

dpkg -P nemcon >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
grep -q "/var/lib/nemcon stays" /tmp/said || fail "purge does not say that the ledger and the keys stay: $(cat /tmp/said)"
[[ "$(version)" == none || "$(version)" == *not-installed ]] || fail "$(version)"
kept | cmp - /tmp/node || fail "the purge has changed the node's folder"
[[ ! -e /etc/nemcon ]] || fail "the purge leaves /etc/nemcon"
say "removed and purged: the program goes, ledger and keys stay, and the purge says so"

# Without a node nothing stays, but for the user.
rm -rf /var/lib/nemcon
dpkg -i /tmp/packages/first.deb >/tmp/said 2>&1
dpkg -P nemcon >/tmp/said 2>&1
if grep -q stays /tmp/said; then fail "$(cat /tmp/said)"; fi
listed >/tmp/after
users='^/etc/(passwd|group|shadow|gshadow)-? |^/etc/\.pwd\.lock '
if ! diff <(grep -vE "$users" /tmp/before) <(grep -vE "$users" /tmp/after); then
  fail "the package leaves this behind"
fi
say "without a node nothing stays, but for the user nemcon"

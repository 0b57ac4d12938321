#!/usr/bin/env bash
# The service under a systemd of its own: a node of four, hardened, reloaded, killed, upgraded, with its keys as credentials.
set -euo pipefail

say() { printf '%s\n' "packages: $*"; }
fail() {
  printf '%s\n' "packages: $*"
  systemctl status nemcon --no-pager --lines=0 || true
  journalctl -u nemcon --no-pager --lines=20 || true
  exit 1
}
of_unit() { systemctl show nemcon --property "$1" --value; }
as_node() { setpriv --reuid nemcon --regid nemcon --clear-groups "$@"; }
# until_true WHAT COMMAND...: gives the command until it succeeds, for a minute at most.
until_true() {
  local what=$1
  shift
  timeout 60 bash -c 'until "$@" >/dev/null 2>&1; do read -rt 0.2 <> <(:) || :; done' bash "$@" || fail "in vain: $what"
}
answers() { as_node nemcon status --config /var/lib/nemcon/node.toml; }
export -f as_node answers
is_active() { [[ "$(systemctl show nemcon --property ActiveState --value)" == active ]]; }
has_pid_other_than() { local pid; pid=$(systemctl show nemcon --property MainPID --value); [[ $pid != 0 && $pid != "$1" ]]; }
export -f is_active has_pid_other_than

dpkg -i /tmp/packages/first.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
[[ "$(systemctl is-enabled nemcon || true)" == disabled ]] || fail "the package enables the service"
systemctl start nemcon
[[ "$(of_unit ActiveState)" == inactive ]] || fail "the service runs although no node is set up"
systemctl enable nemcon 2>/dev/null
say "until the node is set up the service does not run"

# Four nodes, of which the service runs one.
nemcon testnet up --members 4 --charter plain --dir /srv/net >/tmp/said
code=$(basename "$(find /srv/net/members -mindepth 1 -maxdepth 1 -type d | sort | sed -n 1p)")
nemcon testnet down --dir /srv/net --as "$code" >/dev/null
cp -r "/srv/net/members/$code/." /srv/net/genesis /var/lib/nemcon/
sed -i 's|"../../genesis"|"genesis"|' /var/lib/nemcon/node.toml
chown -R nemcon:nemcon /var/lib/nemcon
systemctl start nemcon
until_true "the node to answer" answers
[[ "$(ps -o user= -p "$(of_unit MainPID)")" == nemcon ]] || fail "the node runs as another user"
grep -qE '^NoNewPrivs:\s1$' "/proc/$(of_unit MainPID)/status" || fail "the node may get new rights"
grep -qE '^Seccomp:\s2$' "/proc/$(of_unit MainPID)/status" || fail "no system call is refused"
grep -qE '^CapEff:\s0+$' "/proc/$(of_unit MainPID)/status" || fail "the node has capabilities"
grep -qE '^Max core file size +0 +0 ' "/proc/$(of_unit MainPID)/limits" || fail "the node may leave a core, with its keys"
say "the node runs under every restriction of the unit"

pid=$(of_unit MainPID)
systemctl reload nemcon
until_true "the node to answer after it was reloaded" answers
[[ "$(of_unit MainPID)" == "$pid" ]] || fail "a reload is no new start"
kill -9 "$pid"
until_true "the node to be started again" has_pid_other_than "$pid"
until_true "the node to answer again" answers
say "reloaded in one process, and started again after kill -9"

pid=$(of_unit MainPID)
before=$(sha256sum /var/lib/nemcon/node.key /var/lib/nemcon/genesis)
dpkg -i /tmp/packages/second.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
until_true "the node to be started by the upgrade" has_pid_other_than "$pid"
until_true "the node to answer after the upgrade" answers
[[ "$(sha256sum /var/lib/nemcon/node.key /var/lib/nemcon/genesis)" == "$before" ]] || fail "the upgrade has changed files"
[[ "$(systemctl is-enabled nemcon)" == enabled ]] || fail "the upgrade has disabled the service"
[[ "$(systemctl show nemcon-watch --property ActiveState --value)" == inactive ]] || fail "the upgrade has started the watch"
say "an upgrade restarts a node that runs, and starts nothing else"

# Status 2 is for a person: not started again.
cp -p /var/lib/nemcon/node.toml /srv/node.toml
echo 'no_such_setting = 1' >>/var/lib/nemcon/node.toml
systemctl restart nemcon || true
until_true "the node to end" bash -c '[[ "$(systemctl show nemcon --property ActiveState --value)" == failed ]]'
[[ "$(of_unit ExecMainStatus)" == 2 ]] || fail "another status: $(of_unit ExecMainStatus)"
[[ "$(of_unit NRestarts)" == 0 ]] || fail "it was started again $(of_unit NRestarts) times"
cp -p /srv/node.toml /var/lib/nemcon/node.toml
systemctl reset-failed nemcon
say "a node that a person has to see to stays off"

# The keys as credentials, encrypted on the disk, and no key file.
install -d -m 0700 /etc/credstore.encrypted
for key in node seal; do
  systemd-creds encrypt --with-key=host --name="$key-key" "/var/lib/nemcon/$key.key" "/etc/credstore.encrypted/$key-key" 2>/dev/null
  rm "/var/lib/nemcon/$key.key"
  sed -i "s|\"$key.key\"|\"credential:$key-key\"|" /var/lib/nemcon/node.toml
done
systemctl start nemcon
until_true "the node to answer with its keys as credentials" answers
say "the keys are credentials, encrypted on the disk"

# A measure makes a block, which all four seal: the node seals with its credential.
other=$(basename "$(find /srv/net/members -mindepth 1 -maxdepth 1 -type d | sort | sed -n 2p)")
nemcon measure table /usr/share/doc/nemcon/examples/board/reading-room.toml --dir /srv/net --as "$other" --yes >/dev/null
exports() { cd /var/lib/nemcon && as_node nemcon log export log; }
export -f exports
until_true "all four to seal" exports
mkdir /srv/log
cp -r /var/lib/nemcon/log/. /srv/log/
chmod -R a+rX /srv/log
council=$(sed -n 's/^council = "\(.*\)"/\1/p' /var/lib/nemcon/node.toml)
printf 'LOGS=/srv/log\nCOUNCIL=%s\nEVERY=1 hour\n' "$council" >/etc/nemcon/watch.env
systemctl start nemcon-watch
until_true "the watch to look at the log" test -s /var/lib/private/nemcon-watch/state
[[ "$(systemctl show nemcon-watch --property ActiveState --value)" == active ]] || fail "the watch has ended"
systemctl stop nemcon-watch
say "the watch runs as a user that is there only meanwhile"

systemctl stop nemcon
[[ "$(of_unit Result) $(of_unit ExecMainStatus)" == "success 0" ]] || fail "the node ended otherwise than in good order"
systemctl start nemcon
until_true "the node to answer" answers
dpkg -r nemcon >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
if pgrep -u nemcon -x nemcon >/dev/null; then fail "a node runs whose program is gone"; fi
[[ -s /var/lib/nemcon/ledger/signed ]] || fail "the removal has taken the ledger"
dpkg -P nemcon >/tmp/said 2>&1
[[ ! -e /etc/systemd/system/multi-user.target.wants/nemcon.service ]] || fail "the purge leaves the service enabled"
[[ -s /var/lib/nemcon/ledger/signed ]] || fail "the purge has taken the ledger"
say "a removal ends the node first, and takes no ledger"
# The other three end with the systemd that this runs under.

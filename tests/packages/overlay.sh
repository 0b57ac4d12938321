#!/usr/bin/env bash
# A root file system above this machine's, of which every change vanishes: overlay.sh WORK chroot|boot, within namespaces of its
# own. WORK has the packages; what the script inside tells goes to WORK/told.
set -euo pipefail
work=$1
how=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mount --make-rprivate /
mkdir -p "$work/layers" "$work/told"
mount -t tmpfs -o size=2g layers "$work/layers"
mkdir "$work/layers"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/layers/upper,workdir=$work/layers/work" "$work/layers/root"
root=$work/layers/root

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs shm "$root/dev/shm"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs tmp "$root/tmp"
mkdir "$root/tmp/packages" "$root/tmp/told"
cp "$work"/first/*.deb "$root/tmp/packages/first.deb"
cp "$work"/second/*.deb "$root/tmp/packages/second.deb"
cp "$here"/installed.sh "$here"/booted.sh "$root/tmp/packages/"
mount --bind "$work/told" "$root/tmp/told"
# A machine that knows nothing of nemcon, also where this one has it installed.
rm -rf "$root/var/lib/nemcon" "$root/etc/nemcon"

cd "$root"
pivot_root . mnt
umount -l /mnt
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [[ $how == chroot ]]; then
  exec bash /tmp/packages/installed.sh
fi

mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
rm -rf /etc/systemd/system/*.wants /etc/systemd/system/*.service
: >/etc/machine-id
# Images of containers have packages start no service; a real machine has not.
rm -f /usr/sbin/policy-rc.d
# The script is a service; systemd ends with it.
cat >/etc/systemd/system/booted.service <<'UNIT'
[Unit]
After=basic.target
[Service]
Type=oneshot
TimeoutStartSec=240
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/bin/bash -c 'bash /tmp/packages/booted.sh >/tmp/told/boot.out 2>&1; echo $$? >/tmp/told/boot.rc'
ExecStopPost=/bin/systemctl --no-block exit
UNIT
# systemd would clean what lies in /tmp.
rm -f /usr/lib/tmpfiles.d/tmp.conf /usr/lib/tmpfiles.d/x11.conf
ip link set lo up
# systemd hands credentials to a service by a mount that has to reach the service.
mount --make-rshared /
exec env -i container=other PATH="$PATH" TERM=dumb /lib/systemd/systemd --unit=booted.service --log-target=null

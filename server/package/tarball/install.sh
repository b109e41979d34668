#!/bin/sh
# Installs Halfway, or this version over an earlier one, on any Linux with glibc and systemd: sh install.sh
set -eu
@PARTS@
lib=@LIB@
unit=/etc/systemd/system/halfway.service

fail() {
  echo "$*" >&2
  exit 1
}
[ "$(id -u)" -eq 0 ] || fail "This is for root: sudo sh install.sh"
cd "$(dirname "$0")"
[ ! -e /usr/lib/halfway ] || fail "Halfway is here as a Debian package already. Upgrade that, or remove it first."
# Node.js alone would run on older ones: the database asks for more.
(cd lib && bin/node -e 'new (require("better-sqlite3"))(":memory:")') ||
  fail "What is in here does not run on this machine: it is for glibc 2.34 and libstdc++ 11 or newer, on @MACHINE@."
for program in bash ps runuser ss ssh systemctl systemd-sysusers; do
  command -v $program >/dev/null || fail "Halfway needs $program. Install it, and try again."
done
# After `apt remove` a link to /dev/null is left there.
first=
[ -f $unit ] || first=1
[ -z "$first" ] || refuse_foreign_user

rm -rf $lib.new
cp -R lib $lib.new
chown -R root:root $lib.new
# Beside what runs, then in its place: the server goes on until it is restarted.
rm -rf $lib.old
[ ! -e $lib ] || mv $lib $lib.old
mv $lib.new $lib
rm -rf $lib.old

systemd-sysusers $lib/sysusers.conf
new=
if [ ! -e $config/halfway.yaml ]; then
  new=1
  mkdir -p $config
  cp $lib/halfway.yaml $config/
  protect_config
fi
mkdir -p /usr/local/bin
ln -sf $lib/bin/halfway /usr/local/bin/halfway
rm -f $unit
cp $lib/halfway.service $unit
# Afterwards that belongs to whoever runs the machine.
[ -z "$first" ] || systemctl --quiet enable halfway
systemctl daemon-reload
systemctl restart halfway && runs ||
  fail "Halfway @VERSION@ is installed, but does not run: journalctl -u halfway says why."
if [ -n "$new" ]; then welcome; else echo "Halfway @VERSION@ runs."; fi
echo "To remove it: sh $lib/uninstall.sh"

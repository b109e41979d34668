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
lib/bin/node --version >/dev/null || fail "The Node.js in here does not run on this machine: it is for glibc 2.28 or newer, on @MACHINE@."
for program in bash ps runuser ssh systemctl systemd-sysusers; do
  command -v $program >/dev/null || fail "Halfway needs $program. Install it, and try again."
done

upgrade=
[ ! -e $lib ] || upgrade=1
rm -rf $lib.new
cp -R lib $lib.new
chown -R root:root $lib.new
# Beside what runs, then in its place: the server goes on until it is restarted.
rm -rf $lib.old
[ -z "$upgrade" ] || mv $lib $lib.old
mv $lib.new $lib
rm -rf $lib.old

mkdir -p $config /usr/local/bin
[ -e $config/halfway.yaml ] || cp $lib/halfway.yaml $config/
[ -n "$upgrade" ] || create_user $lib/sysusers.conf
cp $lib/halfway.service $unit
ln -sf $lib/bin/halfway /usr/local/bin/halfway
systemctl daemon-reload
systemctl --quiet enable halfway
systemctl restart halfway
if [ -n "$upgrade" ]; then echo "Halfway @VERSION@ runs."; else welcome; fi
echo "To remove it: sh $lib/uninstall.sh"

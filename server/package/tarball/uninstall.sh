#!/bin/sh
# Removes Halfway, and with --purge also its configuration, what it remembers, and its user.
set -eu
@PARTS@
if [ "$(id -u)" -ne 0 ]; then
  echo "This is for root: sudo sh $0 $*" >&2
  exit 1
fi
systemctl --quiet disable --now halfway || true
rm -rf /etc/systemd/system/halfway.service /usr/local/bin/halfway @LIB@
systemctl daemon-reload
if [ "${1:-}" = --purge ]; then
  forget
else
  tell_transfers
  echo "Its configuration in $config and what it remembers in $state stay."
fi

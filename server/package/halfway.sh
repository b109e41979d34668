#!/bin/sh
# What Halfway's owner does from outside the page, as the service's user and on its state: `halfway` lists the commands.
set -eu
export HALFWAY_CONFIG=/etc/halfway/halfway.yaml HALFWAY_COMMAND=halfway
# As the service has it: both keep the state in /var/lib/halfway, unless the configuration says otherwise.
export XDG_STATE_HOME=/var/lib HOME=/var/lib/halfway NODE_ENV=production
case "$(id -un) ${1:-}" in
  # The file may lie where only root writes; what it makes in the state directory it gives to the user by itself.
  "root backup" | "root restore") exec @LIB@/bin/node @LIB@/admin.mjs "$@" ;;
  root*) exec runuser -u halfway -- @LIB@/bin/node @LIB@/admin.mjs "$@" ;;
  halfway*) exec @LIB@/bin/node @LIB@/admin.mjs "$@" ;;
esac
echo "This is for root: sudo halfway $*" >&2
exit 1

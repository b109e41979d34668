# What the scripts of both packages share. The builder puts it into each of them, as they must stand alone.

user=halfway
state=/var/lib/halfway
config=/etc/halfway

# Ends where the name is somebody else's: the service would have their home, their keys and their rights.
refuse_foreign_user() {
  entry=$(getent passwd $user) || return 0
  case $(printf '%s' "$entry" | cut -d: -f6,7) in
    $state:*/nologin | $state:*/false) return 0 ;;
  esac
  echo "An account $user with another home or a shell is here already, and Halfway would take it for its own." >&2
  echo "Give it another name, also where Halfway logs in by it, then install again:" >&2
  echo "  usermod -l halfway-ssh $user && groupmod -n halfway-ssh $user" >&2
  exit 1
}

# There may be secrets in it.
protect_config() {
  chown root:$user $config $config/halfway.yaml
  chmod 0750 $config
  chmod 0640 $config/halfway.yaml
}

# Each transfer is a bash that leads a session of its own.
count_transfers() {
  ps -u $user -o pid=,sess=,comm= 2>/dev/null | awk '$1 == $2 && $3 == "bash" { n++ } END { print n + 0 }'
}

tell_transfers() {
  n=$(count_transfers)
  [ "$n" -gt 0 ] || return 0
  echo "Transfers of Halfway that are running: $n. They go on without it, to their end."
  echo "To end them now: pkill -TERM -u $user    What was received stays, and can be resumed."
}

pools() {
  ! command -v zpool >/dev/null || timeout 10 zpool list -H -o name 2>/dev/null || true
}

# Whether the server listens, as soon as it does or has ended: systemd calls it active before it has begun to read.
runs() {
  seconds=0
  while [ $seconds -lt 120 ]; do
    pid=$(systemctl show -P MainPID halfway)
    [ "$pid" -gt 0 ] || return 1
    ! ss -Hltnp | grep -q "pid=$pid," || return 0
    sleep 1
    seconds=$((seconds + 1))
  done
  return 1
}

welcome() {
  echo
  echo "Halfway runs, on this machine only:  http://127.0.0.1:3000"
  echo "  from elsewhere   ssh -L 3000:127.0.0.1:3000 $(uname -n)   then open http://localhost:3000"
  echo "  first account    the page asks for a token, which stands in the log:  journalctl -u halfway"
  echo "  configuration    $config/halfway.yaml"
  echo "It runs as the user $user, who may list what is interrupted, and nothing else."
  all=$(pools)
  [ -n "$all" ] || return 0
  echo "To let it do more here, run as root what you want it to do, on a pool or on a dataset in it:"
  printf '%s\n' "$all" | while IFS= read -r pool; do
    echo "  zfs allow -u $user hold,release,send $pool      # to send from it"
    echo "  zfs allow -u $user create,mount,receive $pool   # to receive into it, and to resume"
    echo "  zfs allow -u $user destroy,mount $pool          # to abort; it allows destroying all of it, too"
  done
}

# The datasets on which something is delegated to the user, and the pools that cannot be asked.
delegated() {
  command -v zpool >/dev/null || return 0
  zpool list -H -o name,health 2>/dev/null | while IFS='	' read -r pool health; do
    if [ "$health" = SUSPENDED ]; then
      printf '%s\n' "$pool"
      continue
    fi
    zfs list -H -r -t filesystem,volume -o name "$pool" | while IFS= read -r dataset; do
      zfs allow "$dataset" | awk -v title="---- Permissions on $dataset " -v user="$user" '
        /^---- / { here = index($0, title) == 1 }
        here && $1 == "user" && $2 == user { found = 1 }
        END { exit !found }' && printf '%s\n' "$dataset"
    done
  done
}

# Removes what Halfway remembers, and its user where nothing depends on it any more.
forget() {
  tell_transfers
  rm -rf $state $config /run/halfway
  echo "What was received half-way stays on its pools: zfs receive -A DATASET discards it."
  [ "$(getent passwd $user | cut -d: -f6)" = $state ] || return 0
  left=$(delegated || true)
  if [ -n "$left" ]; then
    echo "The user $user stays, or a later user of the same number would have its rights. To be rid of both:"
    printf '%s\n' "$left" | while IFS= read -r dataset; do echo "  zfs unallow -u $user '$dataset'"; done
    echo "  userdel $user"
  elif ps -u $user >/dev/null 2>&1; then
    echo "The user $user stays while its transfers run. Afterwards: userdel $user"
  else
    userdel $user
  fi
}

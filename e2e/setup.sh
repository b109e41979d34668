#!/bin/sh
# Brings a fresh clone to where `npm run …` works: the npm packages, and with the word `browser` a Chromium too.
# Quick when there is nothing to do. Needs Node 20 or newer to begin with; the packages bring the Node we run on.
set -eu
cd "$(dirname "$0")/.."

major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 20 ]; then
  echo "Halfway needs Node.js 20 or newer to set itself up (found: $(node -v 2>/dev/null || echo none))." >&2
  exit 1
fi

# Half a minute: only where the lock file is not the one installed last. Not `npm ci`: it insists on an entry for each
# platform's optional binaries, and registries that mirror only some of them leave the others out of the lock file.
lock=$(sha256sum package-lock.json | cut -d' ' -f1)
stamp=node_modules/.halfway-lock
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
  echo "Installing npm packages…"
  npm install --no-save --no-audit --no-fund --loglevel=error
  echo "$lock" >"$stamp"
fi

missing=
if [ "${1:-}" = browser ]; then
  [ -x /usr/bin/chromium ] || missing=chromium
  # For a test that lets Halfway in by SSH; it starts a server of its own.
  [ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
  # For the page in Chinese: else what is measured and pictured of it is empty boxes.
  [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || missing="$missing fontconfig fonts-droid-fallback"
  # For one that puts a proxy with HTTPS in front.
  [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
  [ -x /usr/bin/openssl ] || missing="$missing openssl"
fi
if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "The browser tests need more than is here. Run this once, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends $missing" >&2
    exit 1
  fi
  echo "Installing $missing…"
  log=$(mktemp)
  # A machine that let nobody in by SSH must not begin to: the program is wanted, not the service.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086 # several packages
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "They could not be installed; the whole log is in $log." >&2
    exit 1
  fi
  case "$missing" in
    *openssh-server*) [ ! -d /run/systemd/system ] || systemctl disable --quiet ssh.service ssh.socket >>"$log" 2>&1 || true ;;
  esac
  case "$missing" in
    *nginx-light*) [ ! -d /run/systemd/system ] || systemctl disable --quiet nginx.service >>"$log" 2>&1 || true ;;
  esac
  rm -f "$log"
fi

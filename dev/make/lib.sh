# shellcheck shell=bash
# Sourced by the scripts beside it: where things are, and how a step reports. Bash 3.2 is enough (macOS).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

DEV="$PWD/.dev"
# shellcheck disable=SC2034 # for the scripts that source this
BINARIES="${CARGO_TARGET_DIR:-target}/debug"
HEARTBEAT_SECONDS=15
LOGS="$DEV/make"
mkdir -p "$LOGS"

REPORT=()     # one line for each finished step
FAILED=()     # the titles of those that failed
STARTED=()    # the titles of the steps in the background …
PROCESSES=()  # … and, in the same order, their process groups

trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step <title> <command…>: runs the command in view; its status is the command's.
step() {
  local title=$1 since=$SECONDS status=0
  shift
  printf '\n==> %s\n' "$title"
  "$@" || status=$?
  record "$title" $((SECONDS - since)) "$status"
  return "$status"
}

# start <title> <command…>: runs the command in the background; finish_started waits for it.
start() {
  local title=$1
  shift
  # Job control gives it a process group of its own, so that stop_started reaches its children too.
  set -m
  in_background "$(log_of "$title")" "$@" </dev/null &
  set +m
  STARTED+=("$title")
  PROCESSES+=("$!")
}

in_background() {
  local log=$1 since=$SECONDS status=0
  shift
  trap - EXIT INT TERM
  rm -f "$log.result"
  "$@" >"$log" 2>&1 || status=$?
  echo "$((SECONDS - since)) $status" >"$log.result"
}

# finish_started: waits for all that was started. A failed one ends the script, its whole output shown.
finish_started() {
  local index title log seconds status
  for index in ${STARTED[@]+"${!STARTED[@]}"}; do
    title=${STARTED[$index]}
    log=$(log_of "$title")
    wait_for "$title" "${PROCESSES[$index]}"
    [ -f "$log.result" ] || fail "$title was stopped from outside."
    read -r seconds status <"$log.result"
    [ "$status" = 0 ] || cat "$log"
    record "$title" "$seconds" "$status"
    [ "$status" = 0 ] || exit 1
  done
  STARTED=()
  PROCESSES=()
}

wait_for() {
  local since=$SECONDS beat=$SECONDS
  while kill -0 "$2" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - beat >= HEARTBEAT_SECONDS)); then
      beat=$SECONDS
      printf '         … %s: waiting for it since %s s\n' "$1" "$((SECONDS - since))"
    fi
  done
}

stop_started() {
  local process
  for process in ${PROCESSES[@]+"${PROCESSES[@]}"}; do
    kill -- "-$process" 2>/dev/null || true # it may have ended by itself
  done
}

# quietly <title> <command…>: one command, its output kept for the case that it fails.
quietly() {
  start "$@"
  finish_started
}

# record <title> <seconds> <status>
record() {
  local line
  line=$(printf '[%4s s] %s' "$2" "$1")
  if [ "$3" != 0 ]; then
    line="$line: FAILED"
    FAILED+=("$1")
  fi
  REPORT+=("$line")
  echo "$line"
}

log_of() {
  echo "$LOGS/$(echo "$1" | tr ' /' '--').log"
}

# format: of all Rust, the fuzz targets too, which are a workspace of their own.
format() {
  cargo fmt --all --check && cargo fmt --manifest-path fuzz/Cargo.toml --check
}

# fail <sentence>: ends the script.
fail() {
  echo "$1" >&2
  exit 1
}

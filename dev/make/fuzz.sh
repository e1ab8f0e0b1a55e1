#!/usr/bin/env bash
# `make fuzz`: the fuzz targets for as long as is wanted. TIME: seconds for each (600); TARGET: one of them instead of all.
# `fuzz.sh short` is what `make test` runs: every input that is known, and some thousand more. fuzz/README.md says the rest.
source "$(dirname "$0")/lib.sh"

export FUZZ="$PWD/fuzz" SEEDS="$DEV/fuzz/seeds" FOUND="$DEV/fuzz/found" ARTIFACTS="$DEV/fuzz/artifacts"
export DEV LIMIT CHANCE FIXED_ADDRESSES BINARIES_OF_TARGETS
# A failed assertion says where it stands; to symbolise the whole stack takes longer than an input may.
export RUST_BACKTRACE=0

targets() {
  sed -n 's|^path = "fuzz_targets/\(.*\)\.rs"$|\1|p' "$FUZZ/Cargo.toml"
}

build() {
  RUSTC_WRAPPER="$FUZZ/count-coverage" cargo build --manifest-path "$FUZZ/Cargo.toml" --bins --locked "$@"
}

# Into the folder of the whole workspace, whose build has compiled the dependencies already.
build_short() {
  BINARIES_OF_TARGETS=$(cd "$BINARIES" && pwd)
  CARGO_TARGET_DIR=$(dirname "$BINARIES_OF_TARGETS") build
}

# Optimised, and with counters in the dependencies too, which lead further in. That takes minutes, once.
build_long() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  BINARIES_OF_TARGETS="$FUZZ/target/$host/release"
  COUNT=all CARGO_TARGET_DIR="$FUZZ/target" build --release --target "$host"
}

# run <target>: the known inputs and then new ones. What is new and leads further is kept for the next long run; what breaks
# something is kept as well, and ends the run.
run() {
  local log="$DEV/fuzz/$1.log" known="$DEV/fuzz/$1.known"
  mkdir -p "$FOUND/$1" "$ARTIFACTS" "$SEEDS/$1"
  # In one order, whatever the order is in which the folder lists them: what comes new depends on it.
  find "$SEEDS/$1" "$FUZZ/regressions/$1" -type f 2>/dev/null | LC_ALL=C sort | paste -s -d , - >"$known"
  # shellcheck disable=SC2086 # several settings
  if $FIXED_ADDRESSES "$BINARIES_OF_TARGETS/$1" "$FOUND/$1" -seed_inputs="@$known" $LIMIT -timeout=20 -max_len=8192 $CHANCE \
    -artifact_prefix="$ARTIFACTS/$1-" >"$log" 2>&1; then
    sed -n "s/^#\([0-9]*\)[[:space:]]*DONE *cov: \([0-9]*\).*/$1: \1 inputs, \2 places/p" "$log"
  else
    # Without its news of the corpus.
    grep -v '^#' "$log"
    echo "$1: FAILED. Again: $BINARIES_OF_TARGETS/$1 <the file that is named above>"
    return 1
  fi
}
export -f run

# Two at a time: one would leave a core unused, and more would take each other's time.
run_all() {
  "${PYTHON:-python3}" "$FUZZ/seeds" "$SEEDS"
  # shellcheck disable=SC2016 # for the shells that xargs starts
  printf '%s\n' "${TARGET:-$(targets)}" | xargs -n 1 -P 2 bash -c 'run "$1"' run
}

quietly 'Tools' dev/make/setup/tools.sh rust cpp python
if [ "${1:-}" = short ]; then
  # The same new inputs each time: what a change has nothing to do with does not fail beside it. Long runs look further.
  # libFuzzer's chance also lies in the addresses at which a program is loaded, which a container may refuse to fix.
  CHANCE=-seed=1
  LIMIT=-runs=8000
  FIXED_ADDRESSES=
  ! setarch -R true 2>/dev/null || FIXED_ADDRESSES='setarch -R'
  FOUND="$DEV/fuzz/short"
  rm -rf "$FOUND"
  build_short
else
  CHANCE=
  LIMIT=-max_total_time=${TIME:-600}
  FIXED_ADDRESSES=
  build_long
fi
run_all

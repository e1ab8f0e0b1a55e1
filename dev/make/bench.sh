#!/usr/bin/env bash
# `make bench`: builds what is measured as it is deployed, and measures it (bench/README.md). `QUICK=1` takes a few minutes.
source "$(dirname "$0")/lib.sh"
source dev/make/prepare.sh

quietly 'Tools' dev/make/setup/tools.sh rust python node
find_postgres
quietly 'Node packages' dev/make/setup/node-packages.sh bench/baseline-node
step 'Node build' npm --prefix bench/baseline-node run --silent build
# By themselves, as they are deployed: beside the tools they would get features that only those ask for.
step 'Functions' cargo build --release --locked || fail 'The build failed.'
step 'Measurements' cargo build --release --locked -p bench || fail 'The build failed.'

bench=target/release/bench
if [ -n "${QUICK:-}" ]; then
  $bench calls --starts 10 --calls 200 --round-trip 1
  $bench throughput --instances 1 --instances 8 --seconds 3
  $bench starts --each 3
else
  $bench calls
  $bench throughput
  $bench starts
  $bench growth
  $bench choices
  target/debug/stack services -- $bench soak
fi

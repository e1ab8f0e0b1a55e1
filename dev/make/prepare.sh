# shellcheck shell=bash
# Sourced after lib.sh by up.sh and test.sh: what both need before they can start the stack.

# start_python_environment: the SQS, Secrets Manager and S3 server; takes its time beside the Rust build.
start_python_environment() {
  start 'SQS server (moto)' dev/make/setup/python-environment.sh "$DEV/venv" dev/requirements.txt
  export MOTO_SERVER="$DEV/venv/bin/moto_server"
}

# find_postgres: sets PG_BIN, the folder of the Postgres programs.
find_postgres() {
  quietly 'Postgres programs' dev/make/setup/postgres.sh "$DEV/postgres-programs"
  PG_BIN=$(cat "$DEV/postgres-programs")
  export PG_BIN
  echo "         in $PG_BIN"
}

# has_own_database: DATABASE_URL wins over a cluster of ours.
has_own_database() {
  [ -n "${DATABASE_URL:-}" ] || grep -qs '^DATABASE_URL=.' .env
}

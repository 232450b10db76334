#!/bin/sh
# Does what the official image's entry point does for the variables that are used here:
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.
set -eu
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
am_root=$([ "$(id -u)" = 0 ] && echo yes || echo no)
as_postgres() {
  if [ "$am_root" = yes ]; then su postgres -c "PATH=$PATH exec $*"; else sh -c "exec $*"; fi
}

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  [ "$am_root" = no ] || chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql
  printf %s "${POSTGRES_PASSWORD:?say POSTGRES_PASSWORD}" >/tmp/password
  [ "$am_root" = no ] || chown postgres /tmp/password
  as_postgres "initdb -D $PGDATA -U $user --pwfile=/tmp/password --auth-host=scram-sha-256 --locale=C -E UTF8"
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  as_postgres "pg_ctl -D $PGDATA -o '-c listen_addresses=' -w start"
  [ "$database" = postgres ] || as_postgres "psql -U $user -d postgres -c 'CREATE DATABASE \"$database\"'"
  as_postgres "pg_ctl -D $PGDATA -m fast -w stop"
fi
[ "$1" = postgres ] || exec "$@"
shift
serve="postgres -D $PGDATA -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql $*"
[ "$am_root" = no ] || exec su postgres -c "PATH=$PATH exec $serve"
exec sh -c "exec $serve"

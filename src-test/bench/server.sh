#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The server's figures: src-test/bench/server.sh [transfer] [mixed [SECONDS]] [killed] [kill9 [TIMES]]; all if none is named.
#   transfer   1M rows x 5 columns through PostgreSQL's JDBC driver, beside DuckDB's own in one process
#   mixed      32 sessions that fit, score and read for two minutes, and how long SELECT 1 takes meanwhile
#   killed     a client killed in the middle of a fit: how long its memory is held
#   kill9      the server killed with -9 at random moments of fits, 50 times: what the database holds then
# Needs a build (./whatif --help makes one) and PostgreSQL's JDBC driver in ~/.m2 (any mvn verify brings it).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
lib="$root/server/target/lib"
driver="$(find "${HOME}/.m2/repository/org/postgresql/postgresql" -name 'postgresql-*.jar' | sort -V | tail -n 1)"
work="$(mktemp -d)"
server=""
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
export WHATIF_BUILD=never

classpath="$driver"
for jar in "$lib"/*.jar; do classpath="$classpath:$jar"; done
javac -d "$work" -cp "$classpath" "$root/src-test/bench/ServerClient.java"

client() { java -Xmx2g --add-opens=java.base/java.nio=ALL-UNNAMED -cp "$work:$classpath" ServerClient "$@"; }

# Starts a server; sets server (its process) and url.
serve() {
  : >"$work/serve.log"
  "$root/whatif" serve --db "$1" --port 0 >>"$work/serve.log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    grep -q 'is served' "$work/serve.log" && break
    sleep 0.1
  done
  url="jdbc:postgresql://127.0.0.1:$(sed -n 's/.* port \([0-9]*\) (process.*/\1/p' "$work/serve.log")/postgres"
}

stop() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=""
}

rss() { awk '/VmRSS/ {printf "%d MB", $2 / 1024}' "/proc/$server/status"; }

transfer() {
  echo "1M rows x 5 columns, DuckDB's JDBC in one process: $(client transfer jdbc:duckdb:)"
  serve "$work/transfer.db"
  echo "the same through PostgreSQL's JDBC and the server: $(client transfer "$url")"
  stop
}

mixed() {
  serve "$work/mixed.db"
  echo "32 sessions, ${1:-120} s; the server's memory every 15 s:"
  (while sleep 15; do echo "  $(rss)"; done) 2>/dev/null &
  local watch=$!
  client mixed "$url" "${1:-120}"
  kill "$watch" 2>/dev/null || true
  stop
}

killed() {
  serve "$work/killed.db"
  client killed "$url"
  stop
}

kill9() {
  local times="${1:-50}" round good=0
  serve "$work/kill.db"
  client customers "$url"
  : >"$work/committed"
  for round in $(seq "$times"); do
    client fits "$url" "$round" >>"$work/committed" 2>/dev/null &
    local fitting=$!
    for _ in $(seq 300); do
      grep -qs "^m${round}_" "$work/committed" && break
      sleep 0.1
    done
    sleep "$(awk -v r="$RANDOM" 'BEGIN {printf "%.2f", r / 32768 * 1.5}')"
    kill -9 "$server" || true
    wait "$server" 2>/dev/null || true
    wait "$fitting" 2>/dev/null || true
    serve "$work/kill.db"
    if client holds "$url" "$work/committed"; then good=$((good + 1)); echo "  $round: holds $(grep -c . "$work/committed")"; else cat "$work/serve.log"; fi
  done
  echo "killed $times times: $good times the database opened and held all of $(grep -c . "$work/committed") models"
  stop
}

if [ $# -eq 0 ]; then
  transfer
  mixed
  killed
  kill9
else
  "$@"
fi

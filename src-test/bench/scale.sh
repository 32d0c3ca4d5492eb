#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What whole statements cost by the number of rows: each a process of its own on a Parquet file of 20 covariates, beside DuckDB's sum()
# of the same columns. Prints a table in Markdown: seconds of wall and CPU, peak resident memory, how often the call went through its rows
# (Scans.java, a run of its own), CPU over that of the sums, and the bytes of the columns over the wall seconds. With --write it takes the
# place of the last table in docs/benchmarks.md.
#   ROWS="100000 1000000 10000000"  RUNS=3 (medians)  CALLS="sum linear_dml aipw propensity_trim"
#   MORE="linear_dml_40 aipw_50 groups bootstrap actions forest scoring" (calls of 1,000,000 rows, or of the first of them, once)
#   HUGE=100000000 (rows that range() makes in the statement, within whatif_memory_limit 3GB; once, some two minutes)
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
whatif="$here/../../whatif"
docs="$here/../../docs/benchmarks.md"
work="$here/../target/bench"
mkdir -p "$work"
cd "$work"
/usr/bin/time -f '' true 2>/dev/null || { echo "scale.sh: GNU time is not installed." >&2; exit 1; }

file() { echo "rows_$1.parquet"; }

make() {
  [ -e "$(file "$1")" ] && return
  echo "making $(file "$1") ..." >&2
  sed -e "s/range(1000000)/range($1)/; s/foundation.parquet/$(file "$1")/; s/ORDER BY i\$//" "$here/generate.sql" >generate.sql
  "$whatif" sql generate.sql >&2
}

# The same rows with 30 uniform covariates more.
make_wide() {
  [ -e wide_1000000.parquet ] && return
  make 1000000
  echo "making wide_1000000.parquet ..." >&2
  "$whatif" sql -c "COPY (SELECT *, $(for k in $(seq 20 49); do printf "(hash(id * 64 + %s) >> 11)::DOUBLE / 9007199254740992 AS x%s, " "$k" "$k"; done)
    FROM 'rows_1000000.parquet') TO 'wide_1000000.parquet'" >&2
}

# Names in quotes: list x 0 19 is 'x0', ..., 'x19'.
list() { local k; for ((k = $2; k <= $3; k++)); do printf "%s'%s%s'" "$([ "$k" = "$2" ] || echo ', ')" "$1" "$k"; done; }

statement() {
  local from="(SELECT * FROM '$(file "$2")')"
  local roles="outcome => 'y', treatment => 't', id => 'id'"
  local learners="outcome_learner => 'ridge', treatment_learner => 'logistic', folds => 5"
  case "$1" in
    sum) echo "SELECT sum(columns(*)) FROM '$(file "$2")'" ;;
    linear_dml)
      echo "FROM cate_fit($from, model => 'm', $roles, features => 'COLUMNS(x[0-9]+)', method => 'linear_dml', $learners)" ;;
    aipw) echo "FROM ate($from, $roles, controls => 'COLUMNS(x[0-9]+)', $learners)" ;;
    propensity_trim)
      echo "SELECT count(*) FROM propensity_trim($from, treatment => 't', id => 'id', controls => 'COLUMNS(x[0-9]+)', treatment_learner => 'logistic', folds => 5) WHERE in_support" ;;
    groups)
      echo "SELECT count(*), avg(estimate) FROM dml_summary((SELECT *, id % 1000 AS g FROM '$(file "$2")' WHERE id < 200000), $roles, controls => ['x0', 'x1', 'x2', 'x3', 'x4'], partition_by => 'g')" ;;
    bootstrap)
      echo "FROM dml_summary((SELECT * FROM '$(file "$2")' WHERE id < 100000), $roles, controls => 'COLUMNS(x[0-9]+)', inference => 'bootstrap', draws => 200, $learners)" ;;
    linear_dml_40)
      echo "FROM cate_fit((SELECT * FROM 'wide_1000000.parquet'), model => 'm', $roles, features => [$(list x 0 39)], method => 'linear_dml', $learners)" ;;
    aipw_50)
      echo "FROM ate((SELECT * FROM 'wide_1000000.parquet'), $roles, controls => [$(list x 0 49)], $learners)" ;;
    actions)
      echo "SELECT count(*), avg(estimate) FROM dml_summary((SELECT *, y + x9 AS z, $(for k in $(seq 0 299); do printf "(hash(id * 512 + %s) %% 2)::INT AS a%s, " "$k" "$k"; done)
        FROM 'wide_1000000.parquet' WHERE id < 200000), outcome => ['y', 'z'], treatment => [$(list a 0 299)], id => 'id', controls => [$(list x 0 49)], $learners)" ;;
    forest)
      echo "FROM cate_fit((SELECT * FROM '$(file "$2")' WHERE id < 20000), model => 'm', $roles, features => [$(list x 0 9)], method => 'causal_forest', trees => 500)" ;;
    scoring)
      echo "FROM cate_fit((SELECT * FROM '$(file "$2")' WHERE id < 20000), model => 'm', $roles, features => 'COLUMNS(x[0-9]+)', method => 'linear_dml', $learners);
        SELECT sum(cate_effect('m')), sum(cate_stderr('m')) FROM '$(file "$2")'" ;;
    *) echo "scale.sh: call '$1' is not known." >&2; return 1 ;;
  esac
}

# Two ranges, since DuckDB makes one on a single thread.
huge() {
  local half=$(($1 / 2)) u
  u() { echo "(hash(i * 64 + $1) >> 11)::DOUBLE / 9007199254740992"; }
  echo "SET VARIABLE whatif_memory_limit = '3GB';
    FROM dml_summary((SELECT *, (1 + 0.5 * x0 - 0.3 * x3) * t + x0 + 0.5 * x1 + noise AS y
      FROM (SELECT i AS id, $(for k in $(seq 0 19); do printf '%s AS x%s, ' "$(u "$k")" "$k"; done)
          ($(u 20) < 1 / (1 + exp(-(0.5 * x0 - 0.4 * x1 + 0.3 * x2))))::INTEGER AS t, $(u 21) + $(u 22) AS noise
        FROM (SELECT i FROM range(0, $half) r(i) UNION ALL SELECT i FROM range($half, $1) r(i)))),
      outcome => 'y', treatment => 't', id => 'id', features => 'COLUMNS(x[0-9]+)', method => 'linear_dml',
      outcome_learner => 'ridge', treatment_learner => 'logistic', folds => 5)"
}

# Measures that and prints its line of the table; counting its scans would take as long again.
huge_line() {
  /usr/bin/time -o time.txt -f '%e %U %S %M' "$whatif" sql --format json -c "$(huge "$1")" >last.json 2>last.err </dev/null ||
    { cat last.err >&2; return 1; }
  awk -v n="$1" '{ printf "| %d | `linear_dml` of `range()` | %.2f | %.2f | %.0f | - | - | %.0f |\n", n, $1, $2 + $3, $4 / 1024, n * 23 * 8 / 1e6 / $1 }' time.txt
}

median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

scans() {
  local java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  rm -f scans.duckdb*
  "$java" --add-opens=java.base/java.nio=ALL-UNNAMED -cp "$here/../../server/target/lib/*" "$here/Scans.java" "$1"
  rm -f scans.duckdb*
}

# Measures a call of so many rows and prints its line of the table.
line() {
  local run wall cpu peak scans
  : >runs.txt
  for ((run = 0; run < ${RUNS:-3}; run++)); do
    /usr/bin/time -o time.txt -f '%e %U %S %M' "$whatif" sql --format json -c "$(statement "$1" "$2")" >last.json 2>last.err </dev/null ||
      { cat last.err >&2; return 1; }
    awk '{ print $1, $2 + $3, $4 / 1024 }' time.txt >>runs.txt
  done
  wall="$(cut -d' ' -f1 runs.txt | median)" cpu="$(cut -d' ' -f2 runs.txt | median)" peak="$(cut -d' ' -f3 runs.txt | median)"
  scans="$(scans "$(statement "$1" "$2")")"
  [ "$1" != sum ] || base="$cpu"
  awk -v n="$2" -v call="$1" -v wall="$wall" -v cpu="$cpu" -v peak="$peak" -v scans="$scans" -v base="$base" \
    'BEGIN { printf "| %d | `%s` | %.2f | %.2f | %.0f | %s | %.1f | %.0f |\n", n, call, wall, cpu, peak, scans, cpu / base, n * 23 * 8 / 1e6 / wall }'
}

table() {
  local rows call base=1
  echo "| rows | call | wall s | CPU s | peak MB | scans | CPU over the sums | MB of columns a second |"
  echo "|---|---|---|---|---|---|---|---|"
  for rows in ${ROWS:-100000 1000000 10000000}; do
    make "$rows"
    for call in ${CALLS:-sum linear_dml aipw propensity_trim}; do
      line "$call" "$rows"
    done
    if [ "$rows" = 1000000 ]; then
      make_wide
      for call in ${MORE-linear_dml_40 aipw_50 groups bootstrap actions forest scoring}; do
        line "$call" "$rows"
      done
    fi
  done
  [ -z "${HUGE:-}" ] || huge_line "$HUGE"
  echo
  echo "$(getconf _NPROCESSORS_ONLN) cores, medians of ${RUNS:-3}, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown) at the end."
}

table | tee table.md
if [ "${1:-}" = --write ]; then
  awk -v with=table.md '/^<!-- scale.sh -->/ { print; print ""; while ((getline line < with) > 0) print line; print ""; skip = 1; next }
    /^<!-- end -->/ { skip = 0 } !skip' "$docs" >benchmarks.md
  mv benchmarks.md "$docs"
fi

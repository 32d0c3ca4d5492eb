#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Causal forests on Wager and Athey's design, each fit a whole process: wall and CPU seconds (nuisances included), peak resident
# memory, the model's bytes; then of 5,000 fresh points RMSE, mean width and coverage of the 95% intervals, overall and the least of
# the tenths of true effect; medians of time and means of accuracy over SEEDS (3). Last, the scoring of 1,000,000 rows.
#   ROWS="20000 200000"  TREES="500 2000"  SIZE=5 (min_node_size, or "'auto'"; left out: the default)  MORE=", further => 'arguments'"  SCORE=yes
#   DRAW=1 (which rows the forests are grown on; fresh points are of draw 2, rows to score of 3)
# 20,000 rows are ../shared/data/hetero_20k.parquet where it is there. Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
whatif="$here/../../whatif"
shared="$here/../../../shared/data/hetero_20k.parquet"
work="$here/../target/bench"
seeds="${SEEDS:-3}"
mkdir -p "$work"
cd "$work"

# The file of so many rows, made by a seed if it is not there.
data() {
  local rows="$1" seed="$2" file="steps_$1_$2.parquet"
  if [ "$rows" = 20000 ] && [ "$seed" = 1 ] && [ -e "$shared" ]; then
    echo "$shared"
    return
  fi
  if [ ! -e "$file" ]; then
    "$whatif" sql -c "
      COPY (
        SELECT * EXCLUDE (u, n1, n2), 2 * x2 - 1 + (t - 0.5) * tau + sqrt(-2 * ln(n1)) * cos(2 * pi() * n2) AS y
        FROM (SELECT *, (u < (1 + 20 * x2 * (1 - x2) ** 3) / 4)::INT AS t, 1 / (1 + exp(-20 * (x0 - 1 / 3))) / (1 + exp(-20 * (x1 - 1 / 3))) AS tau
              FROM (SELECT i AS id, $(for k in 0 1 2 3 4 5 6 7 8 9; do printf '%s AS x%s, ' "$(uniform "$k" "$seed")" "$k"; done)
                           $(uniform 10 "$seed") AS u, $(uniform 11 "$seed") AS n1, $(uniform 12 "$seed") AS n2
                    FROM range($rows) r(i)))
      ) TO '$file'" >/dev/null
  fi
  echo "$PWD/$file"
}

# A number in (0, 1) for each row i.
uniform() {
  printf '((hash((i * 64 + %s) * 64 + %s) >> 11)::DOUBLE + 0.5) / 9007199254740992' "$1" "$2"
}

# Runs a command; wall seconds, CPU seconds and peak megabytes go to time.txt.
measure() {
  python3 - "$@" <<'PY'
import resource, subprocess, sys, time
start = time.time()
done = subprocess.run(sys.argv[1:], stdout=open("last.json", "w"), stderr=open("last.err", "w"), stdin=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode:
    sys.exit(open("last.err").read())
open("time.txt", "w").write("%.2f %.2f %.0f\n" % (time.time() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
PY
}

fit() {
  local rows="$1" trees="$2" seed="$3" file fresh
  file="$(data "$rows" "${DRAW:-1}")"
  fresh="$(data 5000 2)"
  rm -f forest.duckdb
  measure "$whatif" sql --format json --db forest.duckdb -c "
    SELECT n, estimate, std_error, seconds FROM cate_fit((SELECT id, t, y, COLUMNS('^x[0-9]\$') FROM '$file'), model => 'forest', outcome => 'y', treatment => 't', id => 'id',
      features => 'COLUMNS(x[0-9]+)', method => 'causal_forest', trees => $trees, seed => $seed ${SIZE:+, min_node_size => $SIZE} ${MORE:-})"
  "$whatif" sql --format csv --db forest.duckdb -c "
    WITH s AS (SELECT tau, cate_effect('forest') AS effect, cate_lower('forest') AS low, cate_upper('forest') AS high FROM '$fresh'),
         t AS (SELECT avg((tau BETWEEN low AND high)::INT) AS c FROM (SELECT *, ntile(10) OVER (ORDER BY tau) AS tenth FROM s) GROUP BY tenth)
    SELECT sqrt(avg((effect - tau) ** 2)), avg(high - low), avg((tau BETWEEN low AND high)::INT), (SELECT min(c) FROM t),
           (SELECT octet_length(payload) / 1e6 FROM whatif.models) FROM s" 2>last.err | tail -n 1 | tr ',' ' ' >accuracy.txt
  paste -d' ' time.txt accuracy.txt
}

# Wall, CPU and peak as medians, the rest as means.
summary() {
  awk '{ for (k = 1; k <= NF; k++) value[k, NR] = $k; for (k = 4; k <= NF; k++) sum[k] += $k }
    function median(k,   i, j, held) {
      for (i = 2; i <= NR; i++) for (j = i; j > 1 && value[k, j - 1] > value[k, j]; j--) { held = value[k, j]; value[k, j] = value[k, j - 1]; value[k, j - 1] = held }
      return value[k, int((NR + 1) / 2)]
    }
    END { printf "wall %.1f s, CPU %.1f s, peak %d MB, RMSE %.4f, width %.3f, coverage %.3f, least tenth %.3f, model %.1f MB\n",
      median(1), median(2), median(3), sum[4] / NR, sum[5] / NR, sum[6] / NR, sum[7] / NR, sum[8] / NR }'
}

for rows in ${ROWS:-20000 200000}; do
  for trees in ${TREES:-500 2000}; do
    for ((seed = 1; seed <= seeds; seed++)); do
      fit "$rows" "$trees" "$seed" | tee -a /dev/stderr
    done | summary | sed "s/^/$rows rows, $trees trees, min_node_size ${SIZE:-left out}: /"
  done
done

if [ "${SCORE:-yes}" = yes ]; then
  fit 20000 500 1 >/dev/null
  many="$(data 1000000 3)"
  for figures in "sum(cate_effect('forest'))" "sum(cate_effect('forest')), sum(cate_stderr('forest'))"; do
    measure "$whatif" sql --format json --db forest.duckdb -c "SELECT $figures FROM '$many'"
    awk -v what="$figures" '{ printf "1,000,000 rows, %s: wall %.1f s, CPU %.1f s, peak %d MB\n", what, $1, $2, $3 }' time.txt
  done
fi

-- SPDX-License-Identifier: Apache-2.0
-- The design of the foundation benchmark: 1,000,000 rows, twenty AR(1) 0.3 normals, written to foundation.parquet.
--   propensity = sigmoid(0.5 x0 - 0.4 x1 + 0.3 x2), effect = 1 + 0.5 x0 - 0.3 x3, y = effect * t + x0 + 0.5 x1 + noise
-- Every number is a function of its row and column alone, so the file is the same for any number of threads.
CREATE OR REPLACE TEMP MACRO uniform(i, j) AS ((hash(i * 64 + j) >> 11)::DOUBLE + 0.5) / 9007199254740992.0;
CREATE OR REPLACE TEMP MACRO normal(i, j) AS sqrt(-2 * ln(uniform(i, 2 * j))) * cos(2 * pi() * uniform(i, 2 * j + 1));
COPY (
  WITH z AS (
    SELECT i, normal(i, 0) AS z0, normal(i, 1) AS z1, normal(i, 2) AS z2, normal(i, 3) AS z3, normal(i, 4) AS z4,
           normal(i, 5) AS z5, normal(i, 6) AS z6, normal(i, 7) AS z7, normal(i, 8) AS z8, normal(i, 9) AS z9,
           normal(i, 10) AS z10, normal(i, 11) AS z11, normal(i, 12) AS z12, normal(i, 13) AS z13, normal(i, 14) AS z14,
           normal(i, 15) AS z15, normal(i, 16) AS z16, normal(i, 17) AS z17, normal(i, 18) AS z18, normal(i, 19) AS z19,
           normal(i, 20) AS noise, uniform(i, 42) AS draw
    FROM range(1000000) AS r(i)
  ), x AS (
    SELECT i, noise, draw, z0 AS x0,
           0.3 * x0 + sqrt(0.91) * z1 AS x1,    0.3 * x1 + sqrt(0.91) * z2 AS x2,    0.3 * x2 + sqrt(0.91) * z3 AS x3,
           0.3 * x3 + sqrt(0.91) * z4 AS x4,    0.3 * x4 + sqrt(0.91) * z5 AS x5,    0.3 * x5 + sqrt(0.91) * z6 AS x6,
           0.3 * x6 + sqrt(0.91) * z7 AS x7,    0.3 * x7 + sqrt(0.91) * z8 AS x8,    0.3 * x8 + sqrt(0.91) * z9 AS x9,
           0.3 * x9 + sqrt(0.91) * z10 AS x10,  0.3 * x10 + sqrt(0.91) * z11 AS x11, 0.3 * x11 + sqrt(0.91) * z12 AS x12,
           0.3 * x12 + sqrt(0.91) * z13 AS x13, 0.3 * x13 + sqrt(0.91) * z14 AS x14, 0.3 * x14 + sqrt(0.91) * z15 AS x15,
           0.3 * x15 + sqrt(0.91) * z16 AS x16, 0.3 * x16 + sqrt(0.91) * z17 AS x17, 0.3 * x17 + sqrt(0.91) * z18 AS x18,
           0.3 * x18 + sqrt(0.91) * z19 AS x19
    FROM z
  ), treated AS (
    SELECT *, (draw < 1 / (1 + exp(-(0.5 * x0 - 0.4 * x1 + 0.3 * x2))))::INTEGER AS t
    FROM x
  )
  SELECT i AS id, (1 + 0.5 * x0 - 0.3 * x3) * t + x0 + 0.5 * x1 + noise AS y, t, COLUMNS('^x[0-9]+$')
  FROM treated
  ORDER BY i
) TO 'foundation.parquet' (FORMAT parquet);

-- SPDX-License-Identifier: Apache-2.0
-- A model without Whatif: scoring by name, as SQL of other databases, as macros of the file.
-- Run from the repository's root: ./whatif sql sql-examples/07_model_as_sql.sql

CREATE TABLE people AS
SELECT row_number() OVER () AS id, treated, age, black = 1 AS black, education, earnings_1975,
       earnings_1978
FROM 'sql-examples/nsw.csv';
SELECT model, features, verdict
FROM cate_fit(TABLE people, model => 'training', outcome => 'earnings_1978', treatment => 'treated',
              features => ['age', 'black'], controls => ['education', 'earnings_1975'], reps => 1);

-- By name: the columns called as the features were. Of one of several relations: p.*.
SELECT id, cate_effect('training') AS effect, cate_lower('training', p.*) AS lower
FROM people p ORDER BY effect DESC, id LIMIT 3;

-- The effect as an expression, for DuckDB and for PostgreSQL; others are bigquery, snowflake, redshift,
-- spark, trino and clickhouse. For this page its numbers are hidden and its lines broken.
CREATE MACRO shown(expression) AS regexp_replace(
  regexp_replace(expression, '\d\.\d+E[-\d]+', '<number>', 'g'), ' (\+|WHEN|ELSE) ', E'\n  \\1 ', 'g');
SELECT shown(cate_sql('training')) AS in_duckdb;
SELECT shown(cate_sql('training', dialect => 'postgresql')) AS in_postgresql;

-- Macros of plain SQL: any DuckDB client that opens the file scores with them.
SELECT name, parameters FROM cate_publish('training');
SELECT count(*) AS people,
       max(abs(training_effect(age, black) - cate_effect('training', age, black))) AS difference
FROM people;

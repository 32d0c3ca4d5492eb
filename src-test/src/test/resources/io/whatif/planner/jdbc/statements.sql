-- SPDX-License-Identifier: Apache-2.0
-- Statements in DuckDB's dialect, each under a line "-- # what it shows". They run in order on one connection;
-- {folder} is a folder of the test's own.

-- # create a table with constraints and a generated column
CREATE TABLE sales (
  id INTEGER PRIMARY KEY, region VARCHAR NOT NULL, day DATE, amount DECIMAL(10, 2) CHECK (amount >= 0),
  quantity SMALLINT DEFAULT 1, tags VARCHAR[], taxed DECIMAL(12, 2) GENERATED ALWAYS AS (amount * 1.2) VIRTUAL)

-- # insert many rows
INSERT INTO sales (id, region, day, amount, quantity, tags) VALUES
  (1, 'north', DATE '2024-01-01', 10.50, 1, ['a', 'b']), (2, 'south', DATE '2024-01-02', 20.00, 2, []),
  (3, 'north', '2024-01-03', 0.25, 3, NULL), (4, 'east', NULL, 99.99, NULL, ['c']),
  (5, 'it''s', DATE '2023-12-31', 7, 2, ['b', 'ü', '😀'])

-- # insert by name with returning
INSERT INTO sales BY NAME SELECT 6 AS id, 'west' AS region, 3.5 AS amount RETURNING id, region, taxed

-- # insert or replace
INSERT OR REPLACE INTO sales (id, region, amount) VALUES (6, 'west', 4.5)

-- # insert on conflict do update
INSERT INTO sales (id, region, amount) VALUES (6, 'x', 1), (7, 'y', 2)
ON CONFLICT (id) DO UPDATE SET amount = sales.amount + excluded.amount RETURNING *

-- # insert or ignore
INSERT OR IGNORE INTO sales (id, region) VALUES (7, 'ignored')

-- # create table as select
CREATE OR REPLACE TABLE prices AS
SELECT * FROM (VALUES ('a', TIMESTAMP '2024-01-01 00:00:00', 1.5), ('a', TIMESTAMP '2024-01-01 00:10:00', 2.5),
                      ('b', TIMESTAMP '2024-01-01 00:05:00', 7)) v(ticker, moment, price)

-- # create table as with no data
CREATE TEMP TABLE skeleton AS FROM sales WITH NO DATA

-- # from first
FROM sales

-- # from first with a select list and a filter
FROM sales SELECT id, upper(region) AS region WHERE id > 2 ORDER BY id

-- # order by all
SELECT region, quantity FROM sales ORDER BY ALL DESC NULLS LAST

-- # group by all
SELECT region, year(day) AS y, sum(amount) AS total, count(*) FROM sales GROUP BY ALL ORDER BY ALL

-- # list literals, slices and indexes
SELECT [1, 2, 3] AS l, [1, 2, 3][1] AS f, [1, 2, 3][-2:] AS s, ['a', NULL, 'c'][2] AS n, [[1], []] AS nested, [1,2,3,4][1:4:2] AS stepped

-- # array type
SELECT [1.0, 2.0, 3.0]::FLOAT[3] AS a, array_value(1, 2) AS b, array_distance([1.0, 2]::FLOAT[2], [3.0, 4]::FLOAT[2]) AS d

-- # struct literals and fields
SELECT {'a': 1, 'b': {'c': 'x'}} AS s, {'a': 1, 'b': {'c': 'x'}}.b.c AS c, struct_pack(k := 1, v := 'two') AS p, row(1, 'a') AS r

-- # map literals
SELECT MAP {'k': 1, 'l': 2} AS m, MAP {'k': 1}['k'] AS v, map([1, 2], ['a', 'b']) AS n, MAP {} AS e

-- # struct star
SELECT s.* FROM (SELECT {'a': 1, 'b': 'two'} AS s)

-- # lambda with an arrow word
SELECT list_transform([1, 2, 3], lambda x : x * 2) AS t, list_filter([1, 2, 3], lambda x : x % 2 = 1) AS f, list_reduce([1, 2, 3], lambda a, b : a + b) AS r

-- # list comprehension
SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1] AS c

-- # method chaining
SELECT 'Hello'.lower().reverse() AS m, ('a-b').split('-').list_aggr('string_agg', '+') AS n

-- # unnest of lists and structs
SELECT id, unnest(tags) AS tag FROM sales ORDER BY id, tag

-- # recursive unnest
SELECT unnest([{'a': 1, 'b': [2, 3]}, {'a': 4, 'b': []}], recursive := true)

-- # asof join
SELECT t.ticker, t.moment, p.price
FROM (VALUES ('a', TIMESTAMP '2024-01-01 00:07:00'), ('b', TIMESTAMP '2024-01-01 00:05:00'), ('b', TIMESTAMP '2023-01-01 00:00:00')) t(ticker, moment)
ASOF LEFT JOIN prices p ON t.ticker = p.ticker AND t.moment >= p.moment ORDER BY ALL

-- # asof join using
SELECT * FROM (SELECT 'a' AS ticker, TIMESTAMP '2024-01-01 00:07:00' AS moment) t ASOF JOIN prices p USING (ticker, moment)

-- # positional join
SELECT * FROM range(3) a(x) POSITIONAL JOIN (VALUES ('p'), ('q')) b(y)

-- # lateral join
SELECT s.id, l.i FROM sales s, LATERAL (SELECT unnest(range(s.quantity)) AS i) l ORDER BY ALL

-- # left join lateral
SELECT s.id, l.n FROM sales s LEFT JOIN LATERAL (SELECT s.amount * 2 AS n WHERE s.id < 3) l ON true ORDER BY s.id

-- # natural, semi, anti, cross and full joins
SELECT (SELECT count(*) FROM sales NATURAL JOIN (SELECT 1 AS id)) AS n, (SELECT count(*) FROM sales SEMI JOIN range(3) r(id) USING (id)) AS s,
  (SELECT count(*) FROM sales ANTI JOIN range(3) r(id) USING (id)) AS a, (SELECT count(*) FROM sales CROSS JOIN range(2)) AS c,
  (SELECT count(*) FROM sales FULL OUTER JOIN range(9) r(id) USING (id)) AS f

-- # pivot statement
PIVOT sales ON region USING sum(amount) AS total, count(*) AS n GROUP BY quantity ORDER BY quantity

-- # pivot in from with in
SELECT * FROM sales PIVOT (sum(amount) FOR region IN ('north', 'south') GROUP BY quantity) ORDER BY ALL

-- # pivot of a subquery with an alias
FROM (PIVOT (SELECT region, quantity, amount FROM sales) ON quantity IN (1, 2) USING max(amount)) AS p ORDER BY region

-- # unpivot statement
UNPIVOT (SELECT 1 AS jan, 2 AS feb, NULL AS mar) ON jan, feb, mar INTO NAME month VALUE n

-- # unpivot with columns and nulls
FROM (SELECT 1 AS id, 10 AS a1, NULL::INT AS a2) UNPIVOT INCLUDE NULLS (v FOR k IN (a1, a2))

-- # unpivot on columns
UNPIVOT (SELECT 7 AS id, 1 AS x, 2 AS y) ON COLUMNS(* EXCLUDE (id)) INTO NAME k VALUE v

-- # sample with a seed
SELECT count(*) FROM (SELECT * FROM range(1000) USING SAMPLE reservoir(50 ROWS) REPEATABLE (42))

-- # tablesample
SELECT count(*) > 0 FROM range(10000) TABLESAMPLE 50 PERCENT (bernoulli, 42)

-- # qualify
SELECT region, id FROM sales QUALIFY row_number() OVER (PARTITION BY region ORDER BY id) = 1 ORDER BY ALL

-- # window frames
SELECT id, sum(amount) OVER w AS s, avg(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS a,
  lag(id, 1, -1) OVER w AS l, first_value(id IGNORE NULLS) OVER w AS f, nth_value(id, 2) OVER (w ROWS UNBOUNDED PRECEDING) AS n
FROM sales WINDOW w AS (ORDER BY id) ORDER BY id

-- # window range over intervals
SELECT day, count(*) OVER (ORDER BY day RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 1 DAY FOLLOWING) AS n FROM sales WHERE day IS NOT NULL ORDER BY day

-- # window groups frame and filter
SELECT id, sum(id) FILTER (WHERE id > 2) OVER (ORDER BY quantity NULLS FIRST GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM sales ORDER BY id

-- # distinct on
SELECT DISTINCT ON (region) region, id FROM sales ORDER BY region, id DESC

-- # select distinct
SELECT DISTINCT quantity FROM sales ORDER BY 1 NULLS FIRST

-- # copy to csv
COPY (SELECT id, region, day, amount FROM sales ORDER BY id) TO '{folder}/sales.csv' (HEADER, DELIMITER '|')

-- # copy to parquet
COPY sales TO '{folder}/sales.parquet' (FORMAT parquet, COMPRESSION zstd)

-- # read csv
SELECT * FROM read_csv('{folder}/sales.csv', delim = '|', header = true, columns = {'id': 'INT', 'region': 'VARCHAR', 'day': 'DATE', 'amount': 'DOUBLE'})

-- # read a file by its name
FROM '{folder}/sales.csv' LIMIT 2

-- # read parquet with a glob and its file name
SELECT id, parse_filename(filename) AS f FROM read_parquet('{folder}/*.parquet', filename = true) ORDER BY id

-- # copy from csv
COPY skeleton (id, region, day, amount) FROM '{folder}/sales.csv' (DELIMITER '|', HEADER)

-- # copy to json lines
COPY (SELECT {'a': 1, 'b': [1, 2]} AS s) TO '{folder}/s.json'

-- # read json
SELECT s.a, s.b FROM read_json('{folder}/s.json')

-- # star exclude
SELECT * EXCLUDE (tags, day) FROM sales ORDER BY id

-- # star replace
SELECT * REPLACE (amount / 2 AS amount, lower(region) AS region) FROM sales ORDER BY id

-- # star rename
SELECT * RENAME (id AS key) FROM sales ORDER BY key

-- # star like and similar to
SELECT * LIKE '%a%' FROM sales ORDER BY id

-- # columns with a regular expression
SELECT COLUMNS('^(id|am.*)$') FROM sales ORDER BY 1

-- # columns in an expression and a lambda
SELECT min(COLUMNS(* EXCLUDE (tags, region))) FROM sales

-- # columns with a lambda
SELECT COLUMNS(lambda c : c LIKE 'd%') FROM sales ORDER BY 1

-- # unpacked columns
SELECT coalesce(*COLUMNS(['quantity', 'id'])) AS c FROM sales ORDER BY ALL

-- # columns renamed by its pattern
SELECT COLUMNS('(id|region)') AS 'x_\1' FROM sales ORDER BY ALL

-- # recursive common table
WITH RECURSIVE fib(n, a, b) AS (SELECT 1, 0::BIGINT, 1::BIGINT UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 20) SELECT n, a FROM fib ORDER BY n

-- # recursive common table with using key
WITH RECURSIVE t(k, v) USING KEY (k) AS (SELECT 1, 0 UNION SELECT k, v + 1 FROM t WHERE v < 5) FROM t

-- # materialized and not materialized
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT x + 1 AS x FROM a) SELECT * FROM a, b

-- # nested and shadowed common tables
WITH t AS (SELECT 1 AS x) SELECT *, (WITH t AS (SELECT 2 AS x) SELECT x FROM t) AS inner_x FROM t

-- # a common table that hides a table
WITH sales AS (SELECT 'hidden' AS w) FROM sales

-- # union all by name
SELECT 1 AS a, 2 AS b UNION ALL BY NAME SELECT 3 AS b, 4 AS c

-- # except and intersect all
(SELECT unnest([1, 1, 2]) EXCEPT ALL SELECT 1) UNION ALL (SELECT unnest([3, 3]) INTERSECT ALL SELECT 3) ORDER BY 1

-- # values
VALUES (1, 'a', NULL), (2, 'b', DATE '2024-02-29')

-- # values with an alias and columns
SELECT * FROM (VALUES (1, 2.5), (3, NULL)) AS t(a, b)

-- # filter clause
SELECT count(*) FILTER (WHERE id > 3) AS n, sum(amount) FILTER (region = 'north') AS s FROM sales

-- # grouping sets, cube and rollup
SELECT region, quantity, grouping(region, quantity) AS g, count(*) AS n FROM sales GROUP BY GROUPING SETS ((region), (quantity), ()) ORDER BY ALL

-- # cube
SELECT region, quantity, sum(amount) FROM sales GROUP BY CUBE (region, quantity) ORDER BY ALL

-- # rollup and having
SELECT region, count(*) AS n FROM sales GROUP BY ROLLUP (region) HAVING count(*) > 1 ORDER BY ALL

-- # ordered aggregates
SELECT string_agg(region, ', ' ORDER BY id DESC) AS s, list(id ORDER BY amount) AS l, arg_max(region, amount) AS m, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS p FROM sales

-- # casts of every spelling
SELECT '2024-01-01'::DATE AS d, CAST('1' AS INTEGER) AS i, TRY_CAST('x' AS INTEGER) AS n, 2.5::INT AS r, '1,2'::VARCHAR AS v, [1, 2]::VARCHAR[] AS l, 7::UTINYINT AS u, TRY('x'::INT) AS t

-- # numbers of every spelling
SELECT 1_000_000 AS a, 1e3 AS b, .5 AS c, 5. AS d, 31 AS e, 12345678901234567890 AS f, 170141183460469231731687303715884105727 AS g, 1.5::DECIMAL(3, 1) AS h, 7 / 2 AS i, 7 // 2 AS j, 7 % 4 AS k, 2 ** 10 AS l, -7 AS m

-- # case keeps its texts
SELECT CASE WHEN id = 1 THEN 'c' ELSE 'treated' END AS arm FROM sales ORDER BY id

-- # dollar quoting
SELECT $$it's "so" -- and /* so */ ?$$ AS a, $tag$a $$ b$tag$ AS b

-- # escape strings
SELECT e'a\tb\n\'c\\' AS e, E'\x41\u00e4' AS f, 'a\nb' AS g, 'con'
'cat' AS h

-- # bytes
SELECT '\xAA\x00b'::BLOB AS b, x'41' AS x, encode('ü') AS u

-- # nested comments
SELECT /* a /* nested ' " */ comment */ 1 AS a, -- to the end ' " (
  2 AS b

-- # quoted names
SELECT 1 AS "select", 2 AS "a ""quoted"" name", 3 AS "(", 4 AS "--", 5 AS "ü", 6 AS größe, 7 AS 価格

-- # dates and intervals
SELECT DATE '2024-02-29' + INTERVAL 1 YEAR AS a, INTERVAL '1 month 2 days' AS b, INTERVAL (1 + 1) HOUR AS c, TIMESTAMP '2024-01-01 00:00:00.123456' AS d, TIME '12:34:56.789' AS e, TIMESTAMPTZ '2024-01-01 00:00:00+02' = TIMESTAMPTZ '2023-12-31 22:00:00+00' AS f, date_trunc('month', DATE '2024-05-17') AS g, age(DATE '2024-01-01', DATE '2023-01-01') AS h

-- # extract, substring, trim and overlay
SELECT extract(year FROM DATE '2024-05-17') AS y, substring('abcdef' FROM 2 FOR 3) AS s, trim(BOTH 'x' FROM 'xaxx') AS t, position('b' IN 'abc') AS p, overlay('abcdef' PLACING 'XX' FROM 2 FOR 2) AS o

-- # is distinct from
SELECT NULL IS DISTINCT FROM 1 AS a, 1 IS NOT DISTINCT FROM 1 AS b, NULL IS NULL AS c, 1 NOTNULL AS d

-- # json arrows
SELECT '{"a": [1, {"b": "x"}]}'::JSON -> 'a' AS a, '{"a": [1, {"b": "x"}]}'::JSON ->> '$.a[1].b' AS b, json_extract('{"a": 1}', '$.a') AS c

-- # union types
SELECT union_value(num := 2) AS u, union_tag(union_value(str := 'x')) AS t, 'a'::UNION(num INT, str VARCHAR) AS v

-- # enum type
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')

-- # enum values
SELECT 'ok'::mood AS m, enum_range(NULL::mood) AS r, 'sad'::mood < 'happy'::mood AS c

-- # uuid, hugeint, bit and nested types
SELECT '6f8c7a3e-0f6e-4b4e-9a55-000000000000'::UUID AS u, 1::HUGEINT AS h, '0101'::BIT AS b, {'l': [{'m': MAP {'a': [1]}}]} AS n, 1::UBIGINT AS ub, 'NaN'::DOUBLE AS nan

-- # scalar macro
CREATE OR REPLACE MACRO add_default(a, b := 5) AS a + b

-- # scalar macro used
SELECT add_default(1) AS a, add_default(1, b := 2) AS b

-- # table macro
CREATE OR REPLACE MACRO top_sales(n) AS TABLE SELECT id, amount FROM sales ORDER BY amount DESC LIMIT n

-- # table macro used
SELECT * FROM top_sales(2) ORDER BY ALL

-- # create view
CREATE OR REPLACE VIEW by_region AS SELECT region, sum(amount) AS total FROM sales GROUP BY region

-- # select from a view
SELECT * FROM by_region ORDER BY total

-- # merge into
MERGE INTO sales USING (SELECT 1 AS id, 100 AS amount UNION ALL SELECT 50, 5) AS u ON sales.id = u.id
WHEN MATCHED THEN UPDATE SET amount = u.amount
WHEN NOT MATCHED THEN INSERT (id, region, amount) VALUES (u.id, 'new', u.amount)

-- # update from
UPDATE sales SET quantity = v.q FROM (VALUES (1, 11), (2, 22)) v(k, q) WHERE sales.id = v.k

-- # update returning
UPDATE sales SET amount = amount + 1 WHERE id <= 2 RETURNING id, amount AS changed

-- # delete using
DELETE FROM sales USING (SELECT 50 AS k) d WHERE sales.id = d.k

-- # delete returning
DELETE FROM sales WHERE id = 7 RETURNING *

-- # subqueries of every kind
SELECT id, (SELECT max(amount) FROM sales) AS m, EXISTS (FROM sales s WHERE s.id = sales.id + 1) AS e, id IN (SELECT 2) AS i, id = ANY ([1, 2]) AS a, id >= ALL (SELECT 3) AS l FROM sales ORDER BY id

-- # correlated array subquery
SELECT id, ARRAY(SELECT s.id FROM sales s WHERE s.id < sales.id ORDER BY 1) AS before FROM sales ORDER BY id

-- # summarize
SUMMARIZE SELECT id, region FROM sales

-- # describe
DESCRIBE SELECT 1 AS a, 'x' AS b, [1.5] AS c

-- # describe a table
DESCRIBE sales

-- # show tables
SHOW TABLES

-- # show all tables
SELECT name FROM (SHOW ALL TABLES) ORDER BY name

-- # pragma with a result
PRAGMA table_info('sales')

-- # pragma that sets
PRAGMA enable_object_cache

-- # set and reset
SET default_null_order = 'nulls_first'

-- # current setting
SELECT current_setting('default_null_order') AS o

-- # reset
RESET default_null_order

-- # set variable
SET VARIABLE answer = 42

-- # get variable
SELECT getvariable('answer') AS a

-- # attach
ATTACH ':memory:' AS other

-- # a table in an attached database
CREATE TABLE other.main.t AS SELECT 1 AS a

-- # a qualified star
SELECT o.*, other.main.t.a FROM other.main.t o, other.main.t

-- # use
USE other

-- # use back
USE memory

-- # detach
DETACH other

-- # call
CALL range(2)

-- # create schema and sequence
CREATE SCHEMA IF NOT EXISTS s

-- # sequence
CREATE SEQUENCE s.counter START 10 INCREMENT BY 5

-- # next value
SELECT nextval('s.counter') AS a, nextval('s.counter') AS b, currval('s.counter') AS c

-- # prepare
PREPARE q AS SELECT $1::INT + 1 AS a, $2 AS b

-- # execute
EXECUTE q(41, 'x')

-- # prepare with names
PREPARE named AS SELECT $x::INT * $y::INT AS p

-- # execute with names
EXECUTE named(x := 6, y := 7)

-- # deallocate
DEALLOCATE q

-- # create index
CREATE INDEX sales_by_region ON sales (region)

-- # alter table
ALTER TABLE sales ADD COLUMN note VARCHAR DEFAULT 'none'

-- # alter table rename
ALTER TABLE skeleton RENAME TO bones

-- # comment on
COMMENT ON TABLE sales IS 'what was sold'

-- # begin
BEGIN TRANSACTION

-- # write in a transaction
UPDATE sales SET note = 'lost' WHERE true

-- # rollback
ROLLBACK

-- # after the rollback
SELECT DISTINCT note FROM sales

-- # explain
EXPLAIN SELECT 1 AS a

-- # truncate
TRUNCATE bones

-- # table statement
TABLE by_region ORDER BY region

-- # limit percent and offset
SELECT * FROM range(100) LIMIT 10% OFFSET 5

-- # limit by an expression
SELECT * FROM range(5) LIMIT (SELECT 2) OFFSET 1 + 1

-- # glob, like, regexp and similar to
SELECT 'abc' GLOB 'a*' AS g, 'abc' LIKE 'a_c' AS l, 'ABC' ILIKE 'a%' AS i, 'abc' ~ 'a.c' AS r, 'abc' SIMILAR TO 'a.*' AS s, 'a%' LIKE 'a#%' ESCAPE '#' AS e, 'abc' ^@ 'ab' AS p, 'abc' !~~ 'b%' AS n

-- # bit operators and others
SELECT 5 & 3 AS a, 5 | 3 AS b, xor(5, 3) AS c, ~5 AS d, 1 << 4 AS e, 16 >> 2 AS f, 'a' || 'b' AS g, 5! AS h, @(-3) AS i, [1] || [2] AS j

-- # alias before the expression
SELECT a: 1, b: a + 1 FROM range(1) r

-- # reused aliases
SELECT id + 1 AS next, next * 2 AS twice FROM sales WHERE next > 2 ORDER BY next

-- # row values in comparisons
SELECT (1, 2) < (1, 3) AS c, (id, region) IN ((1, 'north')) AS i FROM sales ORDER BY id

-- # positional references
SELECT #1 AS a, #2 AS b FROM (VALUES (1, 'x'))

-- # collation
SELECT 'a' COLLATE NOCASE = 'A' AS c, 'z' < 'Ä' COLLATE NOACCENT AS d

-- # time zones
SELECT TIMESTAMP '2024-01-01 12:00:00' AT TIME ZONE 'UTC' = TIMESTAMPTZ '2024-01-01 12:00:00+00' AS t

-- # range and series
SELECT * FROM generate_series(DATE '2024-01-30', DATE '2024-02-02', INTERVAL 1 DAY) t(d)

-- # query and query_table
FROM query('SELECT 1 AS a') JOIN query_table('by_region') ON true ORDER BY ALL

-- # information schema
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'sales' ORDER BY ordinal_position

-- # nested functions of the same names as words
SELECT left('abc', 1) AS l, right('abc', 1) AS r, if(true, 1, 2) AS i, replace('aba', 'a', 'x') AS p, format('{} {}', 1, 'a') AS f, printf('%5.2f', 1.5) AS g

-- # no rows
SELECT * FROM sales WHERE 1 = 0

-- # limit zero
SELECT * FROM sales LIMIT 0

-- # a name of ours as a column, an alias and a text
SELECT 1 AS cate_effect, 'dml_summary(TABLE t)' AS t /* cate_fit(x) */, "balance" FROM (SELECT 2 AS balance) AS ate ORDER BY cate_effect

-- # a common table named as a function of ours
WITH dml_summary(a) AS (SELECT 1) SELECT a FROM dml_summary

-- # a macro named as a function of ours in a schema
CREATE MACRO s.balance(a) AS a + 1

-- # that macro called by its schema
SELECT s.balance(1) AS b

-- # drop
DROP TABLE IF EXISTS prices CASCADE

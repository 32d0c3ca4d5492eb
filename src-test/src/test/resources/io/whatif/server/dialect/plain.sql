# Plain statements that DuckDB and PostgreSQL answer alike, or both refuse. A statement a line.
SELECT 1 + 2 * 3
SELECT 7 % 3, -7 % 3
SELECT 2.5 * 4
SELECT round(2.567, 2)
SELECT ceil(1.2), floor(1.8)
SELECT abs(-5), sign(-3)
SELECT greatest(1, 5, 3), least(4, 2, 8)
SELECT coalesce(NULL, 'x'), nullif(1, 1)
SELECT power(2, 10), sqrt(16)
SELECT 10.0 / 4
SELECT 1 = 1, 1 <> 2, 1 < 2, 2 >= 2
SELECT NULL IS NULL, 1 IS NOT NULL, NULL = NULL
SELECT true AND NULL, false OR NULL, NOT true
SELECT 5 BETWEEN 1 AND 10, 5 NOT BETWEEN 6 AND 10
SELECT 3 IN (1, 2, 3), 4 NOT IN (1, 2)
SELECT CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' ELSE 'c' END
SELECT CASE 3 WHEN 1 THEN 'one' WHEN 3 THEN 'three' END
SELECT CAST('42' AS integer), '3.5'::double precision, 1::text
SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL
SELECT 9223372036854775807
SELECT 'it''s', 'a' || 'b' || 'c'
SELECT upper('abc'), lower('ABC')
SELECT length('hello'), char_length('héllo')
SELECT substring('hello' FROM 2 FOR 3), substr('hello', 2)
SELECT position('l' IN 'hello'), strpos('hello', 'lo')
SELECT trim('  x  '), ltrim('xxa', 'x'), rtrim('axx', 'x')
SELECT replace('banana', 'a', 'o')
SELECT left('hello', 2), right('hello', 3)
SELECT lpad('7', 3, '0'), rpad('7', 3, '-')
SELECT repeat('ab', 3), reverse('abc')
SELECT split_part('a,b,c', ',', 2)
SELECT concat('a', NULL, 'b'), concat_ws('-', 'a', 'b')
SELECT 'abc' LIKE 'a%', 'abc' LIKE '_b_', 'ABC' ILIKE 'abc'
SELECT 'abc' ~ '^a', 'abc' !~ 'z', 'ABC' ~* 'abc'
SELECT regexp_replace('a1b2', '[0-9]', '#')
SELECT regexp_replace('a1b2', '[0-9]', '#', 'g')
SELECT starts_with('hello', 'he')
SELECT ascii('A'), chr(66)
SELECT md5('abc')
SELECT E'tab\there', 'uni' || chr(233)
SELECT DATE '2024-02-29' + 1
SELECT DATE '2024-03-01' - DATE '2024-02-01'
SELECT extract(year FROM DATE '2024-05-06'), extract(month FROM DATE '2024-05-06')
SELECT date_part('day', TIMESTAMP '2024-05-06 07:08:09')
SELECT date_trunc('month', TIMESTAMP '2024-05-06 07:08:09')
SELECT TIMESTAMP '2024-05-06 07:08:09' + INTERVAL '1 day'
SELECT DATE '2024-05-06' < DATE '2024-05-07'
SELECT CAST('2024-05-06' AS date), CAST('2024-05-06 01:02:03' AS timestamp)
SELECT extract(dow FROM DATE '2024-05-06'), extract(doy FROM DATE '2024-05-06')
SELECT to_timestamp(0) = TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'
SELECT make_date(2024, 2, 29)
SELECT count(*) FROM goods
SELECT id, name, price FROM goods ORDER BY id
SELECT id, name FROM goods WHERE price > 2 ORDER BY id
SELECT DISTINCT kind FROM goods ORDER BY kind
SELECT kind, count(*), sum(quantity), min(price), max(price) FROM goods GROUP BY kind ORDER BY kind
SELECT kind, avg(quantity) AS mean FROM goods GROUP BY kind HAVING count(*) > 1 ORDER BY kind
SELECT count(*), count(kind), count(DISTINCT kind) FROM goods
SELECT sum(price * quantity) FROM goods
SELECT string_agg(name, ', ' ORDER BY name) FROM goods
SELECT array_agg(id ORDER BY id DESC) FROM goods
SELECT bool_and(quantity > 0), bool_or(quantity > 10) FROM goods
SELECT count(*) FILTER (WHERE price > 2) FROM goods
SELECT g.name, s.day, s.sold FROM goods g JOIN sales s ON s.good = g.id ORDER BY s.day, g.name
SELECT g.name, s.sold FROM goods g LEFT JOIN sales s ON s.good = g.id ORDER BY g.name, s.sold
SELECT g.name, coalesce(sum(s.sold), 0) FROM goods g LEFT JOIN sales s ON s.good = g.id GROUP BY g.name ORDER BY g.name
SELECT a.id, b.id FROM goods a CROSS JOIN goods b WHERE a.id < b.id ORDER BY 1, 2
SELECT * FROM goods NATURAL JOIN (SELECT 1 AS id) x
SELECT id FROM goods a FULL JOIN (SELECT 99 AS id) b USING (id) ORDER BY id
SELECT name FROM goods WHERE id IN (SELECT good FROM sales) ORDER BY name
SELECT name FROM goods g WHERE EXISTS (SELECT 1 FROM sales s WHERE s.good = g.id) ORDER BY name
SELECT name FROM goods g WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.good = g.id) ORDER BY name
SELECT name, (SELECT max(sold) FROM sales s WHERE s.good = g.id) AS best FROM goods g ORDER BY name
SELECT name FROM goods WHERE price = (SELECT max(price) FROM goods)
SELECT name FROM goods WHERE price >= ALL (SELECT price FROM goods WHERE price IS NOT NULL)
SELECT kind, grouping_total FROM (SELECT kind, sum(quantity) AS grouping_total FROM goods GROUP BY kind) t ORDER BY kind
SELECT kind, sum(quantity) FROM goods GROUP BY ROLLUP (kind) ORDER BY kind NULLS LAST, 2
SELECT id, row_number() OVER (ORDER BY id DESC) FROM goods ORDER BY id
SELECT id, rank() OVER (ORDER BY kind), dense_rank() OVER (ORDER BY kind) FROM goods ORDER BY id
SELECT id, sum(quantity) OVER (ORDER BY id) FROM goods ORDER BY id
SELECT id, lag(name) OVER (ORDER BY id), lead(name) OVER (ORDER BY id) FROM goods ORDER BY id
SELECT id, first_value(name) OVER (PARTITION BY kind ORDER BY id) FROM goods ORDER BY id
SELECT id, ntile(2) OVER (ORDER BY id) FROM goods ORDER BY id
SELECT id, sum(quantity) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM goods ORDER BY id
SELECT id, percent_rank() OVER (ORDER BY id) FROM goods ORDER BY id
WITH cheap AS (SELECT * FROM goods WHERE price < 3) SELECT count(*) FROM cheap
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n
SELECT id FROM goods UNION SELECT good FROM sales ORDER BY 1
SELECT id FROM goods UNION ALL SELECT good FROM sales ORDER BY 1
SELECT id FROM goods INTERSECT SELECT good FROM sales ORDER BY 1
SELECT id FROM goods EXCEPT SELECT good FROM sales ORDER BY 1
SELECT id FROM goods ORDER BY id LIMIT 2 OFFSET 1
SELECT name FROM goods ORDER BY kind NULLS FIRST, name DESC
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) ORDER BY n
SELECT generate_series FROM generate_series(1, 5)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FROM goods
SELECT var_samp(quantity), stddev_pop(quantity) FROM goods
SELECT corr(price, quantity) FROM goods
SELECT * FROM no_such_table
SELECT no_such_column FROM goods
SELECT 'abc'::integer
SELEC 1
SELECT kind, name FROM goods GROUP BY kind
SELECT 1 +
SELECT no_such_function(1)
INSERT INTO goods (id, name) VALUES (1, 'again')
INSERT INTO goods (id) VALUES (9)

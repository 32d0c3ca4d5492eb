-- SPDX-License-Identifier: Apache-2.0
-- Models among tables: transactions, views, versions, parameters, categories and NULLs.
-- Run from the repository's root: ./whatif sql sql-examples/05_models_in_production.sql

CREATE TABLE people AS
SELECT row_number() OVER () AS id, treated = 1 AS trained, age, education,
       CASE WHEN black = 1 THEN 'black' WHEN hispanic = 1 THEN 'hispanic' ELSE 'other' END AS origin,
       if(age > 40, NULL, married) AS married, earnings_1974, earnings_1975, earnings_1978
FROM 'sql-examples/nsw.csv';

-- A model belongs to the transaction that fits it: ROLLBACK takes it back.
BEGIN;
SELECT model, n, verdict
FROM cate_fit(TABLE people, model => 'training', outcome => 'earnings_1978', treatment => 'trained',
              features => ['age', 'education'], exclude => ['id'], reps => 1);
ROLLBACK;
SELECT count(*) AS models FROM cate_models();

-- Texts are categories and NULLs are no obstacle. A NULL control becomes its median beside a 0/1 column.
SELECT model, n, n_effect, features, controls, verdict
FROM cate_fit(TABLE people, model => 'training', outcome => 'earnings_1978', treatment => 'trained',
              features => ['age', 'origin'],
              controls => ['education', 'married', 'earnings_1974', 'earnings_1975'], reps => 1);
SELECT term, estimate, std_error FROM dml_summary('training');

-- A view of scores follows its table and the newest version of its model.
CREATE VIEW uplift AS
SELECT id, origin, cate_effect('training', age, origin) AS effect FROM people;
SELECT origin, count(*) AS people, avg(effect) AS mean_effect FROM uplift GROUP BY origin ORDER BY origin;

-- A NULL feature, and a category that was never seen: NULL, rather than a wrong number.
SELECT age, origin, cate_effect('training', age, origin) AS effect,
       cate_support('training', age, origin) AS in_data
FROM (VALUES (30, 'other'), (NULL, 'other'), (30, 'asian')) AS person(age, origin);

-- Fitting again: skip gives the stored report, replace a new version, which the view then uses.
SELECT model, estimate
FROM cate_fit(TABLE people, model => 'training', outcome => 'earnings_1978', treatment => 'trained',
              features => ['age', 'origin'], if_exists => 'skip');
SELECT model, estimate
FROM cate_fit((FROM people WHERE age < 40), model => 'training', outcome => 'earnings_1978',
              treatment => 'trained', features => ['age', 'origin'],
              controls => ['education', 'earnings_1974', 'earnings_1975'], if_exists => 'replace',
              reps => 1);
SELECT name, version, method, n, outcome, treatment, features FROM cate_models();
SELECT origin, avg(effect) AS mean_effect FROM uplift GROUP BY origin ORDER BY origin;

-- Parameters stand wherever a value may: in features, in filters, and in the relation of a call.
PREPARE best AS
SELECT id, age, origin, cate_effect('training', age, origin) AS effect
FROM people WHERE cate_lower('training', age, origin) > $1 ORDER BY effect DESC, id LIMIT $2;
EXECUTE best(0, 3);
PREPARE younger AS
SELECT estimand, estimate, n
FROM dml_summary((FROM people WHERE age < $1), outcome => 'earnings_1978', treatment => 'trained',
                 exclude => ['id'], reps => 1);
EXECUTE younger(25);

-- Scores can be kept, updated and acted on like any column.
CREATE TABLE plan AS SELECT id, age, origin, NULL::DOUBLE AS effect FROM people WHERE education < 8;
UPDATE plan SET effect = cate_effect('training', age, origin);
DELETE FROM plan WHERE effect < 0;
SELECT count(*) AS invited, avg(effect) AS mean_effect FROM plan;

-- Dropping takes all versions.
SELECT name, versions_dropped FROM cate_drop('training');
SELECT count(*) AS models FROM cate_models();

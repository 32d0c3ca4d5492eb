-- SPDX-License-Identifier: Apache-2.0
-- What a forest knows of the rows it was fitted on: their own effects, averages of any groups, straight lines, more trees.
-- Run from the repository's root: ./whatif sql sql-examples/12_rows_of_a_forest.sql

-- A reminder helps patients who live far away, whatever their age. Who gets one depends on age.
CREATE TABLE patients AS
SELECT i AS id, age, km, ['city', 'coast', 'hills'][1 + i % 3] AS region, reminded,
  round(50 - .2 * age + reminded * .4 * km + 8 * sin(i * 12.9), 2) AS attendance
FROM (
  SELECT i, age, km, ((i * 7919 % 10007) / 10007 < .2 + .008 * age)::INT AS reminded
  FROM (SELECT i, 20 + floor(50 * (i * 104729 % 10009) / 10009)::INT AS age, floor(40 * (i * 1299709 % 10037) / 10037)::INT AS km
        FROM range(3000) t(i)));

SELECT round(estimate, 2) AS estimate, round(std_error, 2) AS std_error, verdict
FROM cate_fit(TABLE patients, model => 'reminder', outcome => 'attendance', treatment => 'reminded', id => 'id', controls => [],
  features => ['age', 'km'], method => 'causal_forest', trees => 200);

-- The same average, that on the treated and that on the untreated, without reading the patients again.
SELECT estimand, round(estimate, 2) AS estimate, round(std_error, 2) AS std_error FROM ate('reminder')
UNION ALL SELECT estimand, round(estimate, 2), round(std_error, 2) FROM ate('reminder', estimand => 'ATT')
UNION ALL SELECT estimand, round(estimate, 2), round(std_error, 2) FROM ate('reminder', estimand => 'ATC');

-- Each patient by the trees that did not see them.
SELECT p.id, km, round(effect, 1) AS effect, round(ci_lower, 1) AS at_least, round(ci_upper, 1) AS at_most
FROM cate_oob('reminder') o JOIN patients p ON p.id = o.id ORDER BY p.id LIMIT 5;

-- Any group: scores average to effects. The region was no feature of the forest.
SELECT region, round(avg(score), 1) AS effect, round(stddev(score) / sqrt(count(*)), 1) AS std_error
FROM cate_oob('reminder') o JOIN patients p ON p.id = o.id GROUP BY region ORDER BY region;

-- How much a kilometre adds, and a year of age.
SELECT term, round(estimate, 2) AS estimate, round(std_error, 2) AS std_error, p_value < .001 AS sure
FROM cate_projection('reminder', TABLE patients, features => ['km', 'age', 'region']);

-- More trees without growing the first ones again.
SELECT model, round(estimate, 2) AS estimate
FROM cate_fit(TABLE patients, model => 'more', outcome => 'attendance', treatment => 'reminded', id => 'id', controls => [],
  features => ['age', 'km'], method => 'causal_forest', trees => 200, first_tree => 200);
SELECT model, round(estimate, 2) AS estimate, regexp_extract(learners, 'causal_forest.*') AS forest
FROM cate_merge('both', ['reminder', 'more']);

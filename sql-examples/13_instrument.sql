-- SPDX-License-Identifier: Apache-2.0
-- Those who join a loyalty programme would have spent more anyway, and nothing in the table says how much. A letter sent by lot does.
-- Run from the repository's root: ./whatif sql sql-examples/13_instrument.sql

-- Joining adds 20 to what the young spend and nothing to others; keen customers (unseen) join more often and spend more as well.
CREATE TABLE customers AS
SELECT i AS id, age, visits, letter, joined, round(30 + 3 * visits + CASE WHEN joined AND age < 40 THEN 20 ELSE 0 END + 15 * keen, 2) AS spend
FROM (
  SELECT *, CASE WHEN letter = 'sent' THEN 1.3 ELSE 0 END + keen > .8 AS joined
  FROM (
    SELECT i, 20 + floor(50 * u1)::INT AS age, floor(10 * u2)::INT AS visits, CASE WHEN u3 < .5 THEN 'sent' ELSE 'none' END AS letter,
      sqrt(-2 * ln(u4)) * cos(2 * pi() * u5) AS keen
    FROM (
      SELECT i, s1 - floor(s1) AS u1, s2 - floor(s2) AS u2, s3 - floor(s3) AS u3, s4 - floor(s4) AS u4, s5 - floor(s5) AS u5
      FROM (
        SELECT i, 43758.5453 * sin(12.9898 * i) AS s1, 24634.6345 * sin(39.3468 * i + 1) AS s2, 53758.5453 * sin(78.233 * i + 2) AS s3,
          33758.5453 * sin(7.2341 * i + 3) AS s4, 63758.5453 * sin(3.7713 * i + 4) AS s5
        FROM range(8000) t(i)))));

-- Adjusting for all there is finds an effect three times as large as there is, and no diagnostic can see why.
SELECT round(estimate, 1) AS estimate, round(ci_lower, 1) AS ci_lower, round(ci_upper, 1) AS ci_upper
FROM dml_summary(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['age', 'visits']);

-- What the letter moved tells the effect on those whom it moved: 8 on average, as two fifths are young.
SELECT estimand, round(estimate, 1) AS estimate, round(ar_lower, 1) AS ar_lower, round(ar_upper, 1) AS ar_upper, first_stage_f > 23 AS strong, verdict
FROM cate_fit(TABLE customers, model => 'programme', outcome => 'spend', treatment => 'joined', instrument => 'letter', id => 'id',
  features => ['age', 'visits'], method => 'instrumental_forest', trees => 400, min_node_size => 40);

-- The forest finds for whom.
SELECT age, round(cate_effect('programme', age, 5), 0) AS effect, cate_lower('programme', age, 5) > 0 AS surely
FROM (VALUES (22), (30), (36), (44), (55), (65)) t(age);

-- The same with an instrument that moves nobody is told as such.
SELECT first_stage_f < 23 AS weak, ar_lower, ar_upper, verdict
FROM cate_fit((SELECT *, id % 2 AS coin FROM customers), model => 'noise', outcome => 'spend', treatment => 'joined', instrument => 'coin', id => 'id',
  controls => ['age', 'visits'], method => 'instrumental_forest');

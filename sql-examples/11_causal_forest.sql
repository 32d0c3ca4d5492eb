-- SPDX-License-Identifier: Apache-2.0
-- An effect with thresholds: a causal forest finds them, with an interval for every customer.
-- Run from the repository's root: ./whatif sql sql-examples/11_causal_forest.sql

-- A voucher works for the young who shop often, and for nobody else; who got one depends on the visits. Some ages are not known.
CREATE TABLE shoppers AS
SELECT i AS id, CASE WHEN i % 11 = 0 THEN NULL ELSE age END AS age, visits, region, voucher,
  round(20 + 2 * visits + CASE WHEN voucher = 1 AND age < 40 AND visits > 4 THEN 10 ELSE 0 END + 6 * sin(i * 12.9), 2) AS spend
FROM (
  SELECT i, 20 + floor(50 * (i * 104729 % 10009) / 10009)::INT AS age, visits, ['north', 'south', 'west'][1 + i % 3] AS region,
    ((i * 7919 % 10007) / 10007 < .3 + .04 * visits)::INT AS voucher
  FROM (SELECT i, floor(10 * (i * 1299709 % 10037) / 10037)::INT AS visits FROM range(6000) t(i)));

SELECT round(estimate, 2) AS estimate, round(ci_lower, 2) AS ci_lower, round(ci_upper, 2) AS ci_upper,
  heterogeneity_p < .001 AS varies, round(top_fifth_effect, 1) AS top_fifth, round(bottom_fifth_effect, 1) AS bottom_fifth, verdict
FROM cate_fit(TABLE shoppers, model => 'voucher', outcome => 'spend', treatment => 'voucher', id => 'id',
  features => ['age', 'visits', 'region'], method => 'causal_forest', trees => 400, min_node_size => 'auto');

-- A linear effect would see a slope where there is an edge.
SELECT age, visits, round(cate_effect('voucher', age, visits, 'north'), 1) AS effect,
  round(cate_lower('voucher', age, visits, 'north'), 1) AS at_least, round(cate_upper('voucher', age, visits, 'north'), 1) AS at_most
FROM (VALUES (25, 8), (36, 8), (44, 8), (60, 8), (25, 2), (NULL, 8)) t(age, visits);

-- Whom to send it to, if it costs 5: those of whom we are sure that it brings more.
SELECT count(*) AS shoppers, count(*) FILTER (cate_lower('voucher') > 5) AS worth_it,
  round(avg(age) FILTER (cate_lower('voucher') > 5), 1) AS their_age
FROM shoppers;

-- SPDX-License-Identifier: Apache-2.0
-- Are there comparable rows in both arms? Trimming, weights and balance.
-- Run from the repository's root: ./whatif sql sql-examples/03_common_support.sql
-- The data: 3,000 customers made here, so that the truth is known: a coupon raises spending by 10. It
-- went mostly to engaged customers, who spend more anyway, and never to the least engaged.

CREATE MACRO uniform(i, stream) AS (md5_number(concat(stream, i)) % 1000003 + 0.5) / 1000003;
CREATE MACRO normal(i, stream) AS
  sqrt(-2 * ln(uniform(i, stream))) * cos(2 * pi() * uniform(i, concat(stream, 'angle')));

CREATE TABLE customers AS
SELECT id, engagement, tenure,
       (engagement > -1 AND uniform(id, 'coupon') < 1 / (1 + exp(-2 * engagement)))::INT AS coupon,
       round(50 + 8 * engagement + 0.5 * tenure + 10 * coupon + 5 * normal(id, 'noise'), 2) AS spend
FROM (SELECT i AS id, round(normal(i, 'engagement'), 3) AS engagement,
             floor(60 * uniform(i, 'tenure')) AS tenure
      FROM range(1, 3001) AS t(i));

-- The naive answer is far from 10.
SELECT avg(spend) FILTER (coupon = 1) - avg(spend) FILTER (coupon = 0) AS difference FROM customers;

-- What a cut-off keeps. alpha is chosen from the number of rows; both arms must reach the propensity.
SELECT n, n_kept, n_treated_kept, n_control_kept, alpha, propensity_lower, propensity_upper
FROM trim_summary(TABLE customers, treatment => 'coupon', controls => ['engagement', 'tenure']);

-- The rows themselves, with all their columns; those outside support have weight 0.
CREATE TABLE trimmed AS
FROM propensity_trim(TABLE customers, treatment => 'coupon', controls => ['engagement', 'tenure']);
SELECT id, coupon, engagement, propensity, weight, in_support FROM trimmed ORDER BY id LIMIT 6;

-- Who is left out: the least engaged, who never got a coupon, and the most engaged.
SELECT floor(engagement) AS engagement_from, count(*) AS customers, sum(coupon) AS coupons,
       count(*) FILTER (in_support) AS in_support
FROM trimmed GROUP BY 1 ORDER BY 1;

-- Balance before and after weighting, in standard deviations. Beyond 0.1 the arms are not alike.
SELECT covariate, mean_treated, mean_control, smd_raw, smd_weighted, balanced
FROM balance(TABLE customers, treatment => 'coupon', controls => ['engagement', 'tenure']);
SELECT covariate, mean_treated, mean_control, smd_raw, smd_weighted, balanced
FROM balance((FROM trimmed WHERE in_support), treatment => 'coupon', controls => ['engagement', 'tenure']);

-- The effect among all rows warns of thin overlap; among those in support it need not extrapolate.
SELECT 'all' AS among, estimand, estimate, std_error,
       list_transform(warnings, lambda w: w.code) AS codes
FROM dml_summary(TABLE customers, outcome => 'spend', treatment => 'coupon',
                 controls => ['engagement', 'tenure'], averages => true, reps => 1)
UNION ALL
SELECT 'trimmed', estimand, estimate, std_error, list_transform(warnings, lambda w: w.code)
FROM dml_summary((FROM trimmed WHERE in_support), outcome => 'spend', treatment => 'coupon',
                 controls => ['engagement', 'tenure'], averages => true, reps => 1);

-- Crump's cut-off, a fixed one, and weights for the effect on the treated.
SELECT 'crump' AS cutoff, alpha, n_kept, estimand
FROM trim_summary(TABLE customers, treatment => 'coupon', controls => ['engagement', 'tenure'],
                  alpha => 'crump')
UNION ALL
SELECT '0.05', alpha, n_kept, estimand
FROM trim_summary(TABLE customers, treatment => 'coupon', controls => ['engagement', 'tenure'],
                  alpha => 0.05, support => 'none', estimand => 'ATT');

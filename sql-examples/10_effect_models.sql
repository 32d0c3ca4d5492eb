-- SPDX-License-Identifier: Apache-2.0
-- Effects by other methods than linear_dml, and several arms.
-- Run from the repository's root: ./whatif sql sql-examples/10_effect_models.sql

-- Customers that got a discount, a call or nothing, more often where they spend more; what it does depends on age.
CREATE TABLE customers AS
SELECT i AS id, age, spend, ['none', 'discount', 'call'][1 + (u > .4)::INT + (u > .7)::INT] AS action,
  round(10 + .2 * spend + CASE WHEN u > .7 THEN 6 WHEN u > .4 THEN .2 * (age - 30) ELSE 0 END
    + 4 * sin(i * 12.9), 2) AS revenue
FROM (
  SELECT i, 20 + i * 37 % 50 AS age, i * 53 % 100 AS spend,
    (i * 7919 % 10007) / 10007 * .8 + spend / 500 AS u
  FROM range(3000) t(i));

-- Doubly robust: every arm against nothing, with coefficients and their intervals.
SELECT contrast, term, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE customers, outcome => 'revenue', treatment => 'action', control => 'none', method => 'dr',
  features => ['age'], controls => ['spend'], reps => 1);

-- A model of it scores any arm, also against another arm, with the error of the two together.
SELECT contrast, round(estimate, 2) AS estimate, verdict
FROM cate_fit(TABLE customers, model => 'actions', outcome => 'revenue', treatment => 'action', control => 'none',
  method => 'dr', features => ['age'], controls => ['spend'], reps => 1);

SELECT DISTINCT age, round(cate_effect('actions', arm => 'discount', age), 1) AS discount,
  round(cate_effect('actions', arm => 'call', age), 1) AS call,
  round(cate_effect('actions', arm => 'discount', versus => 'call', age), 1) AS discount_against_call,
  round(cate_lower('actions', arm => 'discount', versus => 'call', age), 1) AS at_least
FROM customers WHERE age IN (25, 45, 65) ORDER BY age;

-- A learner of the effect, here the X-learner: it bends, and has no interval of a single customer.
SELECT round(estimate, 1) AS estimate, round(top_fifth_effect, 1) AS top_fifth, round(bottom_fifth_effect, 1) AS bottom_fifth,
  [w.code FOR w IN warnings] AS warnings
FROM cate_fit((FROM customers WHERE action <> 'call'), model => 'discount', outcome => 'revenue', treatment => 'action',
  control => 'none', method => 'x', features => ['age'], controls => ['spend'], reps => 1);

SELECT DISTINCT age, round(cate_effect('discount', age), 1) AS effect, cate_stderr('discount', age) AS std_error
FROM customers WHERE age IN (25, 45, 65) ORDER BY age;

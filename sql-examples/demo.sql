-- SPDX-License-Identifier: Apache-2.0
--| DID A JOB TRAINING RAISE EARNINGS?
--| The National Supported Work experiment, 445 men (sql-examples/nsw.md): some were offered a training in 1976,
--| and what everyone earned in 1978, in dollars, is known.
--|
CREATE TABLE nsw AS FROM read_csv('${home}/sql-examples/nsw.csv');

--| 1. The naive answer: the difference of two averages, with no error and nothing adjusted for.
--|
SELECT round(avg(earnings_1978) FILTER (treated = 1)) AS trained,
  round(avg(earnings_1978) FILTER (treated = 0)) AS untrained,
  round(avg(earnings_1978) FILTER (treated = 1) - avg(earnings_1978) FILTER (treated = 0)) AS difference
FROM nsw;

--|
--| 2. Were the two groups comparable? A standardized difference below 0.1 is small.
--|
SELECT covariate, smd_raw, smd_weighted, balanced
FROM balance(TABLE nsw, treatment => 'treated', controls => ['age', 'education', 'black', 'married', 'no_degree',
  'earnings_1974', 'earnings_1975']);

--|
--| 3. The adjusted answer: the effect of the training given everything measured before it, with its interval.
--|
SELECT term, estimand, estimate, std_error, ci_lower, ci_upper, p_value
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated');

--|
--| 4. Who benefits? Fit how the effect varies with age and education, and keep it as a model. The verdict and the
--|    warnings say how far to trust it.
--|
SELECT estimate, ci_lower, ci_upper, heterogeneity_p, verdict, warnings
FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978', treatment => 'treated',
  features => ['age', 'education']);

--|
--| 5. The model scores anyone, in any SQL.
--|
SELECT CASE WHEN education < 12 THEN 'no high school degree' ELSE 'high school degree' END AS who,
  count(*) AS men, avg(cate_effect('training', age, education)) AS average_effect,
  count(*) FILTER (cate_lower('training', age, education) > 0) AS interval_above_zero
FROM nsw GROUP BY who ORDER BY average_effect DESC;

--|
--| 6. How much common support is there? Rows that have no counterpart in the other group would be left out.
--|
SELECT treated, count(*) AS men, count(*) FILTER (in_support) AS in_support,
  min(propensity) AS lowest_propensity, max(propensity) AS highest_propensity
FROM propensity_trim(TABLE nsw, treatment => 'treated', controls => ['age', 'education', 'black', 'married',
  'no_degree', 'earnings_1974', 'earnings_1975'])
GROUP BY treated ORDER BY treated;

--|
--| What the warnings mean: few_rows_decide - a handful of large outcomes carry the estimate, look at them;
--| effects_vary - the effect differs with who was likely to be treated, so say which average you report;
--| no_heterogeneity - the data do not show that the effect varies, so a ranking by it would rank noise;
--| thin_overlap - too few comparable people in one group; imbalance - a control still differs after weighting.
--| All of them: ./whatif sql -c "FROM cate_explain('model')" on a model of yours.

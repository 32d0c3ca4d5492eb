-- SPDX-License-Identifier: Apache-2.0
-- What ./whatif demo runs. Lines that begin with --| are printed; --> shows the statement that follows it.
--| DID A JOB TRAINING RAISE EARNINGS?
--|
--| Between 1975 and 1977 the National Supported Work programme gave jobs under supervision to people
--| with little chance on the labour market. These are 445 men who asked for a place; 185 got one, by
--| lot. The outcome is what they earned in 1978, in dollars of 1982. Source: sql-examples/nsw.md.
CREATE TABLE nsw AS FROM '${home}/sql-examples/nsw.csv';
--|
--| 1. THE NAIVE ANSWER: the difference of two averages
--|
-->
SELECT if(treated = 1, 'trained', 'not trained') AS arm, count(*) AS people,
       round(avg(earnings_1978)) AS earnings_1978
FROM nsw GROUP BY treated ORDER BY treated;
--|
--| 2. THE ADJUSTED ANSWER: compare men who were alike before
--|
--| cate_fit predicts the earnings and the chance of a place from all that was known before the draw,
--| and compares what these predictions leave over. It keeps what it found as the model 'training'.
--|
-->
CREATE TABLE fit AS
FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978',
              treatment => 'treated', features => ['age', 'education']);
SELECT 'difference of averages' AS answer, round(effect) AS dollars, round(se) AS std_error,
       round(effect - 1.96 * se) AS ci_lower, round(effect + 1.96 * se) AS ci_upper
FROM (SELECT avg(earnings_1978) FILTER (treated = 1) - avg(earnings_1978) FILTER (treated = 0) AS effect,
             sqrt(var_samp(earnings_1978) FILTER (treated = 1) / count(*) FILTER (treated = 1)
                + var_samp(earnings_1978) FILTER (treated = 0) / count(*) FILTER (treated = 0)) AS se
      FROM nsw)
UNION ALL
SELECT if(estimand = 'ATE', 'adjusted, all men (ATE)', 'adjusted, the trained (ATT)'),
       round(estimate), round(std_error), round(ci_lower), round(ci_upper)
FROM dml_summary('training', averages => true) WHERE kind = 'average';
--|
--| An interval from ci_lower to ci_upper holds the truth in about 95 of 100 such studies. Here the lot
--| decided, so the naive answer was fair already and the adjusted one is close to it. In your data the
--| lot has rarely decided, and the two may differ widely: then trust the adjusted one, if everything
--| that drove both the treatment and the outcome is a column.
--|
--| 3. WHO BENEFITS? The effect by age and schooling, from the model
--|
-->
SELECT age, education, round(cate_effect('training', age, education)) AS dollars,
       round(cate_lower('training', age, education)) AS ci_lower,
       round(cate_upper('training', age, education)) AS ci_upper,
       cate_support('training', age, education) AS in_data
FROM (VALUES (20, 8), (20, 10), (20, 12),
             (35, 8), (35, 10), (35, 12), (60, 16)) AS man(age, education);
--|
--| in_data is false where nobody like that was among the 445: that line is a guess beyond the data.
--| And does the effect vary at all, or is this table noise? cate_fit has tested it:
--|
SELECT 'p-value of "the effect is the same for all"' AS test, round(heterogeneity_p, 2) AS result,
       NULL AS std_error
FROM fit
UNION ALL
SELECT 'calibration: 1 if predictions are right, 0 if noise', round(calibration_slope, 2),
       round(calibration_slope_se, 2)
FROM fit
UNION ALL
SELECT 'effect in the fifth where it is predicted largest', round(top_fifth_effect), round(top_fifth_se)
FROM fit
UNION ALL
SELECT 'effect in the fifth where it is predicted smallest', round(bottom_fifth_effect),
       round(bottom_fifth_se)
FROM fit;
--|
--| If the effect were the same for all, a p-value like this would be nothing unusual: evidence begins
--| below 0.05. Schooling may matter, but 445 men cannot show it. Do not choose whom to train by it.
--|
--| 4. WERE THERE COMPARABLE MEN? Common support
--|
-->
CREATE TABLE trimmed AS
FROM propensity_trim(TABLE nsw, treatment => 'treated',
                     controls => ['age', 'education', 'black', 'hispanic', 'married',
                                  'no_degree', 'earnings_1974', 'earnings_1975',
                                  'unemployed_1974', 'unemployed_1975']);
SELECT if(treated = 1, 'trained', 'not trained') AS arm, count(*) AS people,
       count(*) FILTER (in_support) AS in_support, round(min(propensity), 2) AS lowest_chance,
       round(avg(propensity), 2) AS mean_chance, round(max(propensity), 2) AS highest_chance
FROM trimmed GROUP BY treated ORDER BY treated;
--|
--| The chance of a place is predicted for each man by a model fitted without him. in_support counts
--| those whose chance is found in both groups and is not extreme; the others have nobody to be
--| compared with.
--|
--| 5. WERE THE GROUPS ALIKE? Balance, in standard deviations
--|
SELECT item AS covariate, round(smd_raw, 2) AS difference, round(smd_weighted, 2) AS after_weighting,
       abs(smd_weighted) <= 0.1 AS balanced
FROM cate_explain('training') WHERE kind IN ('feature', 'control')
ORDER BY abs(smd_raw) DESC LIMIT 5;
--|
--| Even a lot leaves differences between groups of this size. Beyond 0.1 they call for care.
--|
--| 6. WHAT THE MODEL DOUBTS ITSELF
--|
SELECT item AS warning, flag AS severity, note FROM cate_explain('training') WHERE kind = 'warning';
SELECT verdict FROM fit;
--|
--| few_rows_decide    A few men with very high earnings carry much of the result; with other men in
--|                    their place it could look different, and the interval is rougher than it seems.
--| imbalance          One trait is still unequal after weighting. The outcome model adjusts for it too,
--|                    but if that model is wrong, so is part of the result.
--| no_heterogeneity   The table in 3 may be noise.
--| verdict            ok, caution or do_not_use: the worst of the doubts.
--|
--| THE ANSWER: the training raised the earnings of 1978 on average; by how much is uncertain, as the
--| wide interval in 2 tells; whom it helps most cannot be told from 445 men.
--|
--| Next: sql-examples/01_average_effect.sql, docs/functions.md, and ./whatif shell for your own data.

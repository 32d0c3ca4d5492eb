-- SPDX-License-Identifier: Apache-2.0
-- Whom does it help? A model of the effect, and scores from it.
-- Run from the repository's root: ./whatif sql sql-examples/02_who_benefits.sql

CREATE TABLE nsw AS FROM 'sql-examples/nsw.csv';

-- Features are what the effect may vary with. The model is kept in the database as 'training'.
SELECT model, estimand, estimate, std_error, heterogeneity_p, verdict
FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978', treatment => 'treated',
              features => ['age', 'education']);

-- Before any ranking: does the effect vary at all? The last row tests it. Here p is above 0.1, and the
-- model warns that a ranking may be noise. What follows shows how, not whom to train.
SELECT term, kind, estimate, std_error, p_value
FROM dml_summary('training');

-- The effect for each man: one unit of treatment more, by his features, in the order of the model.
SELECT age, education, cate_effect('training', age, education) AS effect,
       cate_stderr('training', age, education) AS std_error,
       cate_lower('training', age, education) AS ci_lower,
       cate_upper('training', age, education) AS ci_upper
FROM nsw GROUP BY age, education ORDER BY effect DESC, age LIMIT 5;

-- Scores are plain numbers: filter, group and rank by them.
SELECT education, count(*) AS people, avg(cate_effect('training', age, education)) AS mean_effect,
       count(*) FILTER (cate_lower('training', age, education) > 0) AS lower_above_0
FROM nsw GROUP BY education ORDER BY education;

-- Where the model speaks of what it has not seen: cate_support is false.
SELECT age, education, cate_effect('training', age, education) AS effect,
       cate_support('training', age, education) AS in_data
FROM (VALUES (25, 12), (25, 3), (70, 12), (NULL, 12)) AS man(age, education);

-- Does the ranking hold? Effects by the model's own check: men ranked by predictions that were made
-- without them, and the effect estimated in the top and the bottom fifth.
SELECT item, value
FROM cate_explain('training')
WHERE item IN ('calibration_slope', 'calibration_slope_se', 'top_fifth_effect', 'top_fifth_se',
               'bottom_fifth_effect', 'bottom_fifth_se');

-- What each column does: how it differs between the arms, and how far a regression's estimate would
-- move without it, in standard errors. A flag asks whether it was measured before the treatment.
SELECT item, kind, smd_raw, smd_weighted, estimate_without, shift_in_se, flag
FROM cate_explain('training') WHERE kind IN ('feature', 'control');

-- The effect per standard deviation of the features, at their means: nothing is stored.
SELECT term, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated',
                 features => ['age', 'education'], per => 'sd', center => true, reps => 1);

-- What the model found, in sentences; it names a feature only if it survives adjustment for all.
SELECT kind, sentence FROM cate_insights('training');

-- How much of the predicted effects' variation goes with each feature alone. With the p above it may be noise.
SELECT rank, feature, importance, mean, sd FROM cate_importance('training');

-- The same model asked about other men: those who were not trained. The error allows for their being a
-- sample of such men; se => 'fixed_x' would not.
SELECT estimate, std_error, ci_lower, ci_upper, effect_p10, effect_p90, share_positive, share_fdr_positive
FROM cate_population('training', (FROM nsw WHERE treated = 0));

-- SPDX-License-Identifier: Apache-2.0
-- How large is the effect, on average?
-- Run from the repository's root: ./whatif sql sql-examples/01_average_effect.sql
-- The data: did a job training raise earnings? Told in nsw.md.

CREATE TABLE nsw AS FROM 'sql-examples/nsw.csv';

-- The naive answer: the difference of two averages.
SELECT avg(earnings_1978) FILTER (treated = 1) - avg(earnings_1978) FILTER (treated = 0) AS difference
FROM nsw;

-- The adjusted answer. Controls are left out, so every other column is one. Without features the row is
-- the overlap-weighted average: men whose chance of treatment is near one half count most.
SELECT term, estimand, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated');

-- The average over all men (ATE) and over the treated (ATT) beside it; p_adjusted allows for three tests.
SELECT estimand, estimate, std_error, p_value, p_adjusted
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', averages => true);

-- Its doubts, one a row.
SELECT w.code, w.severity, w.message
FROM (SELECT unnest(warnings) AS w
      FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated'));

-- The relation may be any query or a file, the controls a list or a pattern, and the learners plain
-- regressions. The treatment may have any two values: control names the untreated one.
SELECT contrast, estimate, std_error, n
FROM dml_summary(
    (SELECT earnings_1978, age, education, earnings_1974, earnings_1975, age < 30 AS young,
            if(treated = 1, 'training', 'nothing') AS programme
     FROM 'sql-examples/nsw.csv'),
    outcome => 'earnings_1978', treatment => 'programme', control => 'nothing',
    controls => ['age', 'education', 'COLUMNS(^earnings_197[45])'],
    outcome_learner => 'ols', treatment_learner => 'logit', level => 0.9);

-- Folds of one's own make an estimate that another tool can repeat to the last digit: here rows
-- 1, 6, 11, ... are the first of five folds. HC0 is the error that DoubleML reports.
SELECT term, estimate, std_error
FROM dml_summary(
    (SELECT *, (row_number() OVER () - 1) % 5 AS part FROM 'sql-examples/nsw.csv'),
    outcome => 'earnings_1978', treatment => 'treated', fold => 'part', cov => 'HC0',
    outcome_learner => 'ols', treatment_learner => 'logit');

-- Is the answer an accident of the folds? Other seeds, other folds; default learners, one repetition.
SELECT 1 AS seed, estimate, std_error
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', seed => 1, reps => 1)
UNION ALL
SELECT 2, estimate, std_error
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', seed => 2, reps => 1)
ORDER BY seed;

-- SPDX-License-Identifier: Apache-2.0
-- Whose effect, by which estimator, in which group: ate().
CREATE TABLE nsw AS FROM 'sql-examples/nsw.csv';

-- Average effects of the job training, for all men, those trained, those not, and where either was likely.
SELECT estimand, round(estimate) AS estimate, round(std_error) AS std_error, n_treated, verdict
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated')
UNION ALL
SELECT estimand, round(estimate), round(std_error), n_treated, verdict
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimand => 'ATT')
UNION ALL
SELECT estimand, round(estimate), round(std_error), n_treated, verdict
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimand => 'overlap');

-- What adjusting changes: the difference of means beside estimators that adjust.
SELECT estimator, round(estimate) AS estimate, round(std_error) AS std_error, round(max_smd_raw, 2) AS imbalance
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimator => 'naive')
UNION ALL
SELECT estimator, round(estimate), round(std_error), round(max_smd_raw, 2)
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimator => 'regression')
UNION ALL
SELECT estimator, round(estimate), round(std_error), round(max_smd_raw, 2)
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimator => 'ipw');

-- Groups from the scores of one fit. between_groups_p says whether they differ at all.
SELECT no_degree, n, round(estimate) AS estimate, round(std_error) AS std_error,
       round(estimate_shrunk) AS shrunk, round(between_groups_p, 2) AS between_groups_p
FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', by => ['no_degree']);

-- A treatment with three arms: one row for each against the control.
CREATE TABLE offers AS
SELECT ['none', 'call', 'mail'][1 + (hash(10 * i + 3) % 3)::INTEGER] AS offer,
       hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income, i % 2 = 0 AS member,
       CASE offer WHEN 'call' THEN 1 + 2 * age WHEN 'mail' THEN 2 ELSE 0 END
         + income + hash(10 * i + 4) / 1.9e19 AS spend
FROM range(6000) t(i);

SELECT member, contrast, round(estimate, 2) AS estimate, round(std_error, 3) AS std_error, verdict
FROM ate(TABLE offers, outcome => 'spend', treatment => 'offer', control => 'none', by => ['member'],
         outcome_learner => 'ols', treatment_learner => 'logit', reps => 1);

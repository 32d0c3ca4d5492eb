-- SPDX-License-Identifier: Apache-2.0
-- What a programme is worth, to all who joined and to each customer: the methods of the paper "Double Machine Learning
-- at Scale to Predict Causal Impact of Customer Actions" beside simpler ones. The data are made, so the truth is known.
CREATE TABLE customers AS
SELECT i AS id, hash(10 * i + 1) / 1.9e18 AS visits, hash(10 * i + 2) / 3.8e18 AS tenure,
       hash(10 * i + 3) / 1.9e17 AS basket,
       hash(10 * i + 4) / 1.9e19 < 1 / (1 + exp(3 - visits / 3 - basket / 60)) AS joined,
       20 + 8 * visits AS effect,
       effect * joined::INTEGER + 6 * visits + 2 * basket + 10 * tenure + hash(10 * i + 5) / 3e17 AS spend
FROM range(4000) t(i);

-- The comparison in one statement: the truth for those who joined, a difference of means, least squares, the baseline
-- CI-PO with its bootstrap, and CI-DML with the paper's weights and with orthogonal ones, each with both errors.
SELECT 'truth' AS method, NULL AS what, round(avg(effect), 1) AS estimate, NULL AS std_error,
       NULL AS ci_lower, NULL AS ci_upper
FROM customers WHERE joined
UNION ALL
SELECT 'difference of means', estimand, round(estimate, 1), round(std_error, 2), round(ci_lower, 1), round(ci_upper, 1)
FROM ate(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['visits', 'tenure', 'basket'],
         estimator => 'naive')
UNION ALL
SELECT 'ols', estimand, round(estimate, 1), round(std_error, 2), round(ci_lower, 1), round(ci_upper, 1)
FROM dml_summary(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['tenure', 'basket'],
                 features => ['visits'], method => 'ols', treatment_learner => 'logit', averages => true)
WHERE estimand LIKE 'ATT%'
UNION ALL
SELECT 'CI-PO', estimand, round(estimate, 1), round(std_error, 2), round(ci_lower, 1), round(ci_upper, 1)
FROM ate(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['visits', 'tenure', 'basket'],
         estimator => 'ci_po', estimand => 'ATT', treatment_learner => 'logit', draws => 50)
UNION ALL
SELECT 'CI-DML, paper', term, round(estimate, 1), round(std_error, 2), round(ci_lower, 1), round(ci_upper, 1)
FROM dml_summary(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['visits', 'tenure', 'basket'],
                 method => 'ci_dml', estimand => 'ATT', weights => 'paper', alpha => 0.001,
                 support => 'none', cov => 'HC0', outcome_learner => 'ridge', treatment_learner => 'logistic', averages => true)
WHERE kind = 'average'
UNION ALL
SELECT 'CI-DML', term, round(estimate, 1), round(std_error, 2), round(ci_lower, 1), round(ci_upper, 1)
FROM dml_summary(TABLE customers, outcome => 'spend', treatment => 'joined', controls => ['tenure', 'basket'],
                 features => ['visits'], method => 'ci_dml', estimand => 'ATT', clusters => 5, averages => true,
                 outcome_learner => 'ridge', treatment_learner => 'logistic')
WHERE kind IN ('average', 'share');

-- Keep the effects of clusters as a model, and score each customer with an interval.
SELECT estimand, round(estimate, 1) AS estimate, verdict
FROM cate_fit(TABLE customers, model => 'programme', outcome => 'spend', treatment => 'joined', features => ['visits'],
              controls => ['tenure', 'basket'], method => 'ci_dml', estimand => 'ATT', clusters => 5,
              outcome_learner => 'ridge', treatment_learner => 'logistic');

SELECT id, round(visits, 1) AS visits, round(effect) AS truth, round(cate_effect('programme', visits)) AS predicted,
       round(cate_lower('programme', visits)) AS ci_lower, round(cate_upper('programme', visits)) AS ci_upper
FROM customers WHERE id < 5 ORDER BY id;

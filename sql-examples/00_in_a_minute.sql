CREATE TABLE nsw AS FROM 'sql-examples/nsw.csv';

-- How large is the effect?
SELECT estimand, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', averages => true);

-- Whom does it help? Fit and keep a model ...
SELECT model, estimate, std_error, heterogeneity_p, verdict
FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978', treatment => 'treated',
              features => ['age', 'education']);

-- ... and score any rows with it.
SELECT DISTINCT age, education, cate_effect('training', age, education) AS effect,
                cate_lower('training', age, education) AS ci_lower
FROM nsw WHERE cate_support('training', age, education) ORDER BY effect DESC LIMIT 3;

-- Who has counterparts in the other arm?
SELECT treated, count(*) AS people, count(*) FILTER (in_support) AS in_support
FROM propensity_trim(TABLE nsw, treatment => 'treated',
                     controls => ['age', 'education', 'earnings_1975'])
GROUP BY treated ORDER BY treated;

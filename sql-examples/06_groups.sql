-- SPDX-License-Identifier: Apache-2.0
-- The same question in every group: one call, one scan, one fit a group.
-- Run from the repository's root: ./whatif sql sql-examples/06_groups.sql

CREATE TABLE nsw AS
SELECT if(black = 1, 'black', if(hispanic = 1, 'hispanic', NULL)) AS origin, married = 1 AS married,
       treated, age, education, earnings_1974, earnings_1975, earnings_1978
FROM 'sql-examples/nsw.csv';

-- Keys come first and keep their types; NULL is a group as well. Groups are small and their estimates
-- noisy: estimate_shrunk draws each towards the others, all the more the less it tells by itself.
-- between_groups_p is of the hypothesis that the effect is the same in all of them.
SELECT origin, estimate, std_error, n, estimate_shrunk, between_groups_p
FROM dml_summary(TABLE nsw PARTITION BY origin, outcome => 'earnings_1978', treatment => 'treated');

-- One model holds all groups: its first features are the keys. A group that cannot be fitted has NULLs
-- and its reason, and the others are fitted all the same.
SELECT origin, married, n, estimate, verdict, warnings[1].code AS first_warning
FROM cate_fit(TABLE nsw, model => 'by_group', partition_by => ['origin', 'married'],
              outcome => 'earnings_1978', treatment => 'treated', features => ['age']);
SELECT origin, married, message.message
FROM (SELECT origin, married, unnest(warnings) AS message
      FROM cate_fit((FROM nsw WHERE origin = 'hispanic' AND (married OR treated = 0)),
                    model => 'hispanic', partition_by => ['origin', 'married'],
                    outcome => 'earnings_1978', treatment => 'treated', features => ['age']))
WHERE message.code = 'group_refused';

-- A score takes the keys like any feature. A group that was not there has no effect.
SELECT origin, married, cate_effect('by_group', origin, married, 30) AS effect_at_30,
       cate_support('by_group', origin, married, 30) AS in_data
FROM (FROM (SELECT DISTINCT origin, married FROM nsw) UNION ALL VALUES ('asian', true))
ORDER BY origin, married;

-- Reports have the keys, too.
SELECT origin, married, estimate, std_error
FROM dml_summary('by_group') WHERE term = 'age' ORDER BY origin, married;

-- Propensities, weights and common support within each group.
SELECT origin, count(*) AS people, count(*) FILTER (in_support) AS kept
FROM propensity_trim(TABLE nsw PARTITION BY origin, treatment => 'treated',
                     controls => ['age', 'education', 'earnings_1975'])
GROUP BY origin ORDER BY origin;

-- SPDX-License-Identifier: Apache-2.0
-- A treatment with many values: by how much does a dollar more of discount change sales?
-- Run from the repository's root: ./whatif sql sql-examples/04_continuous_treatment.sql
-- The data: 2,000 weeks of shops made here, so that the truth is known. One point of discount sells
-- 3 - 2 * share_regulars more: 2 on average, 1 where all customers are regulars, 3 where none are.
-- Discounts were larger in large shops and in summer, and those sell more anyway.

CREATE MACRO uniform(i, stream) AS (md5_number(concat(stream, i)) % 1000003 + 0.5) / 1000003;
CREATE MACRO normal(i, stream) AS
  sqrt(-2 * ln(uniform(i, stream))) * cos(2 * pi() * uniform(i, concat(stream, 'angle')));

CREATE TABLE weeks AS
SELECT *, round(100 + 20 * size + 15 * summer::INT + (3 - 2 * share_regulars) * discount + 1.5 * mails
                + 4 * normal(id, 'sales'), 2) AS sales
FROM (SELECT *, round(10 + 2 * size + 3 * summer::INT - 2 * share_regulars
                      + normal(id, 'discount'), 2) AS discount
      FROM (SELECT i AS id, round(normal(i, 'size'), 3) AS size, i % 4 = 0 AS summer,
                   round(uniform(i, 'regulars'), 3) AS share_regulars,
                   floor(4 * uniform(i, 'mails')) AS mails
            FROM range(1, 2001) AS t(i)));

-- The naive slope is far from 2.
SELECT regr_slope(sales, discount) AS slope FROM weeks;

-- Ten or more numbers are a continuous treatment: the effect is that of one unit more. With features
-- the row 'average effect' is the average slope; id is no control, so it is excluded.
SELECT term, estimand, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE weeks, outcome => 'sales', treatment => 'discount',
                 features => ['share_regulars'], exclude => ['id']);

-- As a model: the slope for any shop, the truth beside it. linearity_p tests whether a straight line
-- is enough; the share is what of the treatment the controls leave to compare.
SELECT model, contrast, estimate, treatment_residual_share, linearity_p, heterogeneity_p, verdict
FROM cate_fit(TABLE weeks, model => 'discount', outcome => 'sales', treatment => 'discount',
              features => ['share_regulars'], controls => ['size', 'summer', 'mails']);
SELECT share_regulars, cate_effect('discount', share_regulars) AS slope,
       cate_lower('discount', share_regulars) AS ci_lower,
       cate_upper('discount', share_regulars) AS ci_upper, 3 - 2 * share_regulars AS truth
FROM (VALUES (0.1), (0.5), (0.9)) AS shop(share_regulars);

-- Three to nine numbers may be a code or a quantity: it must be said which. One mail more sells 1.5.
SELECT estimand, estimate, std_error, ci_lower, ci_upper
FROM dml_summary(TABLE weeks, outcome => 'sales', treatment => 'mails', treatment_type => 'continuous',
                 exclude => ['id'], averages => true);

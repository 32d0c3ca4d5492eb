/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** A study with features of every type, NULLs among them, and models of it. */
final class Mixed {
  /** Every feature has NULLs; a hundred rows beyond those fitted have unseen regions. */
  private static final String TABLE =
      """
      CREATE TABLE mixed AS
      SELECT i AS id, a + b AS y, b AS d, a AS "Age x", n, flag, day, region FROM (
        SELECT i, (i * 7919 % 1009 > 500)::INT AS b,
          CASE WHEN i % 31 = 0 THEN NULL WHEN i = 7 THEN 'NaN'::DOUBLE ELSE sin(i * 1.7) * 10 END AS a,
          CASE WHEN i % 37 = 0 THEN NULL ELSE (i * 31) % 100 END AS n,
          CASE WHEN i % 41 = 0 THEN NULL ELSE i * 13 % 7 < 3 END AS flag,
          CASE WHEN i % 43 = 0 THEN NULL ELSE DATE '2020-01-01' + (i * 17 % 900)::INT END AS day,
          CASE WHEN i % 29 = 0 THEN NULL WHEN i > 700 THEN 'unseen'
            ELSE ['nörth', 'south''s', 'w\\e'][1 + i * 11 % 3] END AS region
        FROM range(800) t(i))""";

  private Mixed() {}

  /** The table, and the models plain, imputed, grouped and average. */
  static void create(Connection connection) throws SQLException {
    Study.run(connection, TABLE);
    fit(connection, "plain", "");
    fit(connection, "imputed", ", feature_nulls => 'impute'");
    fitGroups(connection);
    Study.run(
        connection,
        """
        SELECT * FROM cate_fit((FROM mixed WHERE id <= 700), model => 'average', outcome => 'y', treatment => 'd',
          controls => ['n'], reps => 1, outcome_learner => 'ols', treatment_learner => 'logit')""");
  }

  /** A model for each region, NULL among them, and for each flag. */
  private static void fitGroups(Connection connection) throws SQLException {
    Study.run(
        connection,
        """
        SELECT * FROM cate_fit((FROM mixed WHERE id <= 700), model => 'grouped', outcome => 'y', treatment => 'd',
          features => ['Age x', 'n', 'day'], partition_by => ['region', 'flag'], outcome_learner => 'ols',
          treatment_learner => 'logit')""");
  }

  private static void fit(Connection connection, String model, String more) throws SQLException {
    Study.run(
        connection,
        """
        SELECT * FROM cate_fit((FROM mixed WHERE id <= 700), model => '%s', outcome => 'y', treatment => 'd',
          features => ['Age x', 'n', 'flag', 'day', 'region'], reps => 1, outcome_learner => 'ols',
          treatment_learner => 'logit'%s)"""
            .formatted(model, more));
  }
}

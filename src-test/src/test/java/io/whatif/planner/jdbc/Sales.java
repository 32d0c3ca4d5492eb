/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

/** A study in groups: sales of regions, one of which is NULL, and of stores. */
final class Sales {
  /** 800 rows, 200 of each region; the effect of a coupon is i % 4 + age. */
  static final String TABLE =
      """
      CREATE TABLE sales AS
      SELECT CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'east' WHEN 2 THEN 'south' END AS region,
             DATE '2024-01-01' + (i // 200)::INTEGER AS opened, (i % 2)::TINYINT AS store,
             hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             (hash(10 * i + 3) % 2)::INTEGER AS coupon,
             coupon * (i % 4 + age) + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(800) t(i)""";

  static final String ROLES =
      "outcome => 'spend', treatment => 'coupon', features => ['age'], controls => ['income']";

  private Sales() {}

  /** A summary of all sales with further arguments. */
  static String summary(String more) {
    return "dml_summary(TABLE sales, " + ROLES + ", " + more + ")";
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns to adjust for, in order.
 *
 * @param columns the columns
 * @param known the moments of the columns where they are known beforehand, which saves a scan; only
 *     where all are numbers without NULL
 */
public record Covariates(List<Covariate> columns, @Nullable Known known) {
  public Covariates {
    columns = List.copyOf(columns);
    if (known != null && columns.stream().anyMatch(c -> c.levels() > 0 || c.indicator())) {
      throw new IllegalArgumentException("moments are known of encoded columns");
    }
  }

  public Covariates(List<Covariate> columns) {
    this(columns, null);
  }

  /**
   * Moments of numeric columns.
   *
   * @param means of each column
   * @param deviations standard deviation (divisor n) of each column, exactly 0 if it is constant
   */
  public record Known(double[] means, double[] deviations) {}
}

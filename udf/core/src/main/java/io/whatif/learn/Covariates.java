/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Profile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns to adjust for, in order.
 *
 * @param columns the columns
 * @param profile what the dataset's columns hold, where that is known beforehand, which saves scans
 *     for moments and samples; only where all are numbers without NULL
 */
public record Covariates(List<Covariate> columns, @Nullable Profile profile) {
  public Covariates {
    columns = List.copyOf(columns);
    if (profile != null && columns.stream().anyMatch(c -> c.levels() > 0 || c.indicator())) {
      throw new IllegalArgumentException("a profile is given of encoded columns");
    }
  }

  public Covariates(List<Covariate> columns) {
    this(columns, null);
  }

  /** The same for other rows, which are put on the scale of these. */
  public Covariates ofOtherRows() {
    return new Covariates(columns, profile == null ? null : profile.withoutSamples());
  }
}

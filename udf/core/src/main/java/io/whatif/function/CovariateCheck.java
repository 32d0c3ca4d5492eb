/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Profile;
import io.whatif.data.WhatifException;
import java.util.Locale;

/** Refuses covariates whose values no fit can bear; their profile tells, without another scan. */
record CovariateCheck(RoleColumns columns, Dataset data, Profile profile) {
  /**
   * Looks at a covariate.
   *
   * @param column of the relation
   * @param place in the dataset
   */
  void check(int column, int place) {
    double largest = Math.max(Math.abs(profile.min(place)), Math.abs(profile.max(place)));
    if (!RangeCheck.isFine(largest)) {
      data.scan(columns.run(), new Look(place)).check(columns, column);
    }
    long missing = profile.nulls(place);
    if (missing > 0 && columns.arguments().requiredText("nulls").equals("error")) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': %d of %d rows are NULL and nulls => 'error'. Say nulls => 'indicator' or 'drop'.",
              columns.role(column),
              columns.name(column),
              missing,
              data.rows()));
    }
  }

  /** Counts what is infinite. */
  private record Look(int place) implements Pass<Look.Seen, RangeCheck> {
    /** What was seen. */
    private record Seen(RangeCheck found) implements Mergeable<Seen> {
      @Override
      public Seen merge(Seen other) {
        found.add(other.found);
        return this;
      }
    }

    @Override
    public Seen zero() {
      return new Seen(new RangeCheck());
    }

    @Override
    public void accumulate(Batch batch, Seen seen) {
      seen.found.add(batch.column(place), 0, batch.rows());
    }

    @Override
    public RangeCheck finish(Seen total) {
      return total.found;
    }
  }
}

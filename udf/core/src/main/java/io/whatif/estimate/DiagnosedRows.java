/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;

/**
 * The rows that diagnostics of covariates are taken from: all, or a sample where there are many. A
 * standardized mean difference of arms of m / 2 rows each has noise of \( 2 / \sqrt{m} \): .006 at
 * least, and more where one arm is rare.
 */
public final class DiagnosedRows {
  private static final long LEAST = 100_000;

  /** From ten times as many rows on: estimates have less noise then, which misfit is told in. */
  private static final long MOST = 200_000;

  /** Rows from which on they are copied while all are read for the first time. */
  private static final long MANY = 1_000_000;

  /** How many times as much as the copies take must be free. */
  private static final int PLENTY = 16;

  private DiagnosedRows() {}

  /** How many of so many rows, if there are no fewer. */
  static long count(long rows) {
    return Math.max(LEAST, Math.min(MOST, rows / 10));
  }

  /**
   * What the columns of a study to be made hold; of many rows with a copy of those that diagnostics
   * look at, where that is little beside what is free: it only saves time.
   */
  public static Profile profileOf(Run run, Dataset data) {
    return profileOf(run, data, MANY, Runtime.getRuntime().maxMemory());
  }

  /**
   * The same.
   *
   * @param many rows from which on they are copied
   * @param heap bytes that all arrays may take
   */
  static Profile profileOf(Run run, Dataset data, long many, long heap) {
    RowSample looked = RowSample.of(data.rows(), count(data.rows()));
    long bytes = (long) Double.BYTES * looked.size() * data.schema().size();
    boolean fits = bytes <= Math.min(heap / PLENTY, Profile.MOST_KEPT);
    boolean copied = data.rows() >= many && fits && run.memory().takeFree(bytes, PLENTY);
    return Profile.of(run, data, copied ? looked : null);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

/** How far a running estimate is: {@code done} of {@code total} steps of {@code phase}. */
public record Progress(String phase, long done, long total) {
  /** The share of the phase that is done, between 0 and 1. */
  public double share() {
    return total <= 0 ? 0 : Math.min(1.0, (double) done / total);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Arrays;

/** Runs the members of a batch in order, up to the first that fails. */
final class BatchRun {
  /** Runs one member and tells how many rows it changed. */
  interface Member {
    int run(int index) throws SQLException;
  }

  private BatchRun() {}

  /**
   * The rows each member changed.
   *
   * @throws BatchUpdateException with the counts of those before the one that failed
   */
  static int[] of(int size, Member member) throws SQLException {
    int[] counts = new int[size];
    for (int i = 0; i < size; i++) {
      try {
        counts[i] = member.run(i);
      } catch (SQLException e) {
        throw new BatchUpdateException(
            e.getMessage(), e.getSQLState(), e.getErrorCode(), Arrays.copyOf(counts, i), e);
      }
    }
    return counts;
  }

  /** The counts as {@code executeLargeBatch} gives them. */
  static long[] large(int[] counts) {
    return Arrays.stream(counts).asLongStream().toArray();
  }
}

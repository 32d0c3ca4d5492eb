/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last blocks that were scored, so that the effect and the error of the same rows, asked for
 * one after the other, send them through the trees once. Once an error was asked for of rows whose
 * effect is known, errors are made with effects. Thread-safe; what is found depends on the threads,
 * what it holds does not.
 */
final class RecentBlocks {
  private static final int PLACES = 16;

  private final AtomicReferenceArray<@Nullable Block> places = new AtomicReferenceArray<>(PLACES);
  private volatile boolean errors;

  /**
   * A block of rows.
   *
   * @param codes of its rows, feature after feature
   * @param variance null if it was not made
   */
  record Block(byte[] codes, double[] effect, double @Nullable [] variance) {
    void write(double[] effects, double @Nullable [] variances, int at) {
      System.arraycopy(effect, 0, effects, at, effect.length);
      if (variances != null && variance != null) {
        System.arraycopy(variance, 0, variances, at, variance.length);
      }
    }
  }

  /** Whether errors are to be made with effects. */
  boolean wantsErrors() {
    return errors;
  }

  /** The block with these codes, null if it is not known or lacks what is wanted. */
  @Nullable Block find(byte[] codes, boolean withErrors) {
    errors |= withErrors;
    Block block = places.get(place(codes));
    boolean same = block != null && Arrays.equals(block.codes, codes);
    return same && (!withErrors || block.variance != null) ? block : null;
  }

  void keep(Block block) {
    places.set(place(block.codes), block);
  }

  private static int place(byte[] codes) {
    return Arrays.hashCode(codes) & (PLACES - 1);
  }
}

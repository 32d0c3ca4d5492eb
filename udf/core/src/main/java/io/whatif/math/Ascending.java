/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/** Numbers in ascending order, known by their places. */
public final class Ascending {
  private static final int DIGIT = 11;
  private static final int DIGITS = (Long.SIZE + DIGIT - 1) / DIGIT;
  private static final int MASK = (1 << DIGIT) - 1;

  private Ascending() {}

  /**
   * The places of numbers from the smallest to the largest in the order of {@link Double#compare},
   * NaN last; equal numbers in the order of their places.
   *
   * <p>Method: counting sorts by the digits of {@value #DIGIT} bits of the numbers' bits, the least
   * first, of which those that are alike in all are passed over. Cost: O(n).
   */
  public static int[] places(double[] numbers) {
    int n = numbers.length;
    long[] keys = new long[n];
    int[] places = new int[n];
    int[][] counts = new int[DIGITS][1 << DIGIT];
    for (int i = 0; i < n; i++) {
      long key = key(numbers[i]);
      keys[i] = key;
      places[i] = i;
      for (int digit = 0; digit < DIGITS; digit++) {
        counts[digit][(int) (key >>> (digit * DIGIT)) & MASK]++;
      }
    }
    for (int digit = 0; digit < DIGITS && n > 0; digit++) {
      int[] starts = counts[digit];
      int shift = digit * DIGIT;
      if (starts[(int) (keys[0] >>> shift) & MASK] < n) {
        startOf(starts);
        long[] keysBefore = keys;
        int[] placesBefore = places;
        keys = new long[n];
        places = new int[n];
        for (int i = 0; i < n; i++) {
          long key = keysBefore[i];
          int at = starts[(int) (key >>> shift) & MASK]++;
          keys[at] = key;
          places[at] = placesBefore[i];
        }
      }
    }
    return places;
  }

  /** Makes of counts how many stand before each. */
  private static void startOf(int[] counts) {
    int before = 0;
    for (int k = 0; k < counts.length; k++) {
      int own = counts[k];
      counts[k] = before;
      before += own;
    }
  }

  /** Bits whose order without a sign is that of the numbers. */
  private static long key(double number) {
    long bits = Double.doubleToLongBits(number);
    return bits ^ ((bits >> (Long.SIZE - 1)) | Long.MIN_VALUE);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.math.Ascending;
import org.jspecify.annotations.Nullable;

/** Figures that depend on the order of numbers. */
final class Ranking {
  private Ranking() {}

  /** The sum of the {@code count} largest sizes |x|; NaN counts nothing. */
  static double sumOfLargest(double[] numbers, int count) {
    double[] largest = new double[count];
    for (double number : numbers) {
      keepLargest(largest, Math.abs(number));
    }
    double sum = 0;
    for (double size : largest) {
      sum += size;
    }
    return sum;
  }

  /** Puts a number among the largest seen, which ascend, if it is larger than the least of them. */
  static void keepLargest(double[] largest, double number) {
    if (number > largest[0]) {
      int at = 0;
      while (at + 1 < largest.length && largest[at + 1] < number) {
        largest[at] = largest[at + 1];
        at++;
      }
      largest[at] = number;
    }
  }

  /**
   * The sum of the {@code count} largest sizes |x| where x stands there several times; NaN counts
   * nothing.
   *
   * @param times how often each stands there
   */
  static double sumOfLargest(double[] numbers, double[] times, int count) {
    double[] largest = new double[count];
    double[] often = new double[count];
    for (int i = 0; i < numbers.length; i++) {
      double size = Math.abs(numbers[i]);
      if (times[i] > 0 && size > largest[0]) {
        int at = 0;
        while (at + 1 < count && largest[at + 1] < size) {
          largest[at] = largest[at + 1];
          often[at] = often[at + 1];
          at++;
        }
        largest[at] = size;
        often[at] = times[i];
      }
    }
    double sum = 0;
    double left = count;
    for (int at = count - 1; at >= 0; at--) {
      double taken = Math.min(left, often[at]);
      sum += taken * largest[at];
      left -= taken;
    }
    return sum;
  }

  /**
   * The probability that a row of the arm 1 has a larger number than one of the arm 0, ties
   * counting half: the area under the ROC curve. NaN if an arm is empty; rows whose number is NaN
   * do not count.
   *
   * <p>Exact: a walk through the numbers in order. O(n).
   *
   * @param times how many rows each row stands for; null if each is one
   */
  static double auc(double[] number, double[] arm, double @Nullable [] times) {
    int[] order = Ascending.places(number);
    double wins = 0;
    double zeros = 0;
    double ones = 0;
    int from = 0;
    while (from < order.length && !Double.isNaN(number[order[from]])) {
      double value = number[order[from]];
      double tiedOnes = 0;
      double tiedZeros = 0;
      for (; from < order.length && number[order[from]] == value; from++) {
        int row = order[from];
        double own = times == null ? 1 : times[row];
        tiedOnes += arm[row] == 1 ? own : 0;
        tiedZeros += arm[row] == 1 ? 0 : own;
      }
      wins += tiedOnes * (zeros + 0.5 * tiedZeros);
      ones += tiedOnes;
      zeros += tiedZeros;
    }
    return ones > 0 && zeros > 0 ? wins / (ones * zeros) : Double.NaN;
  }
}

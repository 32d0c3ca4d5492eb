/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Figures that depend on the order of numbers. */
final class Ranking {
  private Ranking() {}

  /** The sum of the {@code count} largest sizes |x|; NaN counts nothing. */
  static double sumOfLargest(double[] numbers, int count) {
    double[] largest = new double[count];
    for (double number : numbers) {
      double size = Math.abs(number);
      if (size > largest[0]) {
        int at = 0;
        while (at + 1 < count && largest[at + 1] < size) {
          largest[at] = largest[at + 1];
          at++;
        }
        largest[at] = size;
      }
    }
    double sum = 0;
    for (double size : largest) {
      sum += size;
    }
    return sum;
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
   * As {@link #auc(double[], double[])} where a row stands for several.
   *
   * @param times how many; null if each is one
   */
  static double auc(double[] number, double[] arm, double @Nullable [] times) {
    if (times == null) {
      return auc(number, arm);
    }
    int[] order =
        IntStream.range(0, number.length)
            .filter(i -> !Double.isNaN(number[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> number[i]))
            .mapToInt(i -> i)
            .toArray();
    double wins = 0;
    double zeros = 0;
    double ones = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      double[] tied = new double[2];
      while (to < order.length && number[order[to]] == number[order[from]]) {
        tied[arm[order[to]] == 1 ? 1 : 0] += times[order[to]];
        to++;
      }
      wins += tied[1] * (zeros + 0.5 * tied[0]);
      ones += tied[1];
      zeros += tied[0];
      from = to;
    }
    return ones > 0 && zeros > 0 ? wins / (ones * zeros) : Double.NaN;
  }

  /**
   * The probability that a row of the arm 1 has a larger number than one of the arm 0, ties
   * counting half: the area under the ROC curve. NaN if an arm is empty.
   *
   * <p>Exact: ranks by a merge of the two sorted arms. O(n log n).
   */
  static double auc(double[] number, double[] arm) {
    double[] ones = new double[number.length];
    double[] zeros = new double[number.length];
    int n1 = 0;
    int n0 = 0;
    for (int i = 0; i < number.length; i++) {
      if (Double.isNaN(number[i])) {
        continue;
      }
      if (arm[i] == 1) {
        ones[n1++] = number[i];
      } else {
        zeros[n0++] = number[i];
      }
    }
    if (n1 == 0 || n0 == 0) {
      return Double.NaN;
    }
    Arrays.parallelSort(ones, 0, n1);
    Arrays.parallelSort(zeros, 0, n0);
    double wins = 0;
    int below = 0;
    int upTo = 0;
    for (int i = 0; i < n1; i++) {
      while (below < n0 && zeros[below] < ones[i]) {
        below++;
      }
      upTo = Math.max(upTo, below);
      while (upTo < n0 && zeros[upTo] <= ones[i]) {
        upTo++;
      }
      wins += below + 0.5 * (upTo - below);
    }
    return wins / ((double) n1 * n0);
  }

  /** The {@code p} quantile of sorted numbers, linear between order statistics. */
  static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import java.util.Arrays;

/** Arithmetic of points: vectors of coefficients, of equal length. No argument is changed. */
final class Points {
  private Points() {}

  static double[] plus(double[] point, double[] step) {
    double[] sum = new double[point.length];
    Arrays.setAll(sum, j -> point[j] + step[j]);
    return sum;
  }

  static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, j -> a[j] - b[j]);
    return difference;
  }

  static double[] between(double[] a, double[] b) {
    double[] middle = new double[a.length];
    Arrays.setAll(middle, j -> (a[j] + b[j]) / 2);
    return middle;
  }

  /** The largest size of an entry. */
  static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}

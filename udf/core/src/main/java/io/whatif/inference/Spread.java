/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

/**
 * The sum of squares of weighted numbers about their mean, in one pass.
 *
 * <p>Method: numbers are taken about the first, so that none but their own spread is squared; parts
 * are joined by their means, after Chan, Golub and LeVeque 1983,
 * doi:10.1080/00031305.1983.10483115. Numbers that are all alike have a spread of 0.
 */
public final class Spread {
  private double first;
  private double weight;
  private double sum;
  private double squares;

  /** Adds a number. */
  public void add(double w, double x) {
    if (weight == 0) {
      first = x;
    }
    double own = x - first;
    weight += w;
    sum += w * own;
    squares += w * own * own;
  }

  /** Adds the first {@code count} numbers, each with a weight of 1, as one after the other. */
  public void addEach(double[] numbers, int count) {
    if (weight == 0 && count > 0) {
      first = numbers[0];
    }
    double total = sum;
    double products = squares;
    for (int j = 0; j < count; j++) {
      double own = numbers[j] - first;
      total += own;
      products += own * own;
    }
    weight += count;
    sum = total;
    squares = products;
  }

  /** Adds later numbers; from then on squares are about the mean of all. */
  public void add(Spread later) {
    if (later.weight == 0) {
      return;
    }
    double apart = later.mean() - mean();
    double all = weight + later.weight;
    squares = aboutMean() + later.aboutMean() + apart * apart * weight * later.weight / all;
    first = mean() + apart * later.weight / all;
    sum = 0;
    weight = all;
  }

  private double mean() {
    return weight == 0 ? first : first + sum / weight;
  }

  private double aboutMean() {
    return weight == 0 ? 0 : Math.max(0, squares - sum * sum / weight);
  }

  /** The sum of squares about a number near the mean. */
  public double about(double center) {
    double apart = mean() - center;
    return aboutMean() + weight * apart * apart;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.math.Gram;

/**
 * The Gram matrices \( \sum x x^\top \) of a basis over all rows and over each fold's, by which
 * Hessians that are made of some rows are judged and mended. One scan.
 */
final class BasisGrams {
  /** The share of a column's curvature in the sample that the comparison must leave it. */
  private static final double KEPT = 0.5;

  /** A column is known whose curvature is this share of its variation times the mean curvature. */
  private static final double KNOWN = 0.02;

  /** Variation of a column, over its square, that is rounding. */
  private static final double ROUNDING = 1e-9;

  private final Gram[] byFold;
  private final Gram all;

  private BasisGrams(Gram[] byFold) {
    this.byFold = byFold;
    this.all = sum(byFold);
  }

  static BasisGrams of(Run run, Dataset data, Basis basis, Weights weights, Folds folds) {
    return new BasisGrams(data.scan(run, FoldGrams.of(basis, weights, folds)));
  }

  static Gram sum(Gram[] grams) {
    Gram total = new Gram(grams[0].width());
    for (Gram gram : grams) {
      total.add(gram);
    }
    return total;
  }

  static Gram scaled(Gram gram, double factor) {
    Gram scaled = new Gram(gram.width());
    scaled.addScaled(gram, factor);
    return scaled;
  }

  /** What a sample, one row of which stands for {@code factor} rows, has too much of. */
  Gram surplus(Gram sample, double factor) {
    Gram surplus = scaled(sample, factor);
    surplus.addScaled(all, -1);
    return surplus;
  }

  /**
   * A sample's Hessian less its surplus times the mean curvature, so that its error is that of the
   * curvature's deviations from its mean alone; as it is where a column, as that of a rare
   * category, would lose half of its curvature by it.
   */
  Gram mended(Gram hessian, Gram surplus, double mean) {
    Gram without = hessian.copy();
    without.addScaled(surplus, -mean);
    return reaches(without, hessian, KEPT) ? without : hessian;
  }

  /** Whether a Hessian of that mean curvature knows every column that varies. */
  boolean isKnownTo(Gram hessian, double mean) {
    return reaches(hessian, scaled(all, mean), KNOWN);
  }

  /**
   * How far the rows without a fold are from a fair part of some column, at most: as much of a step
   * is wrong that is taken as if they were.
   */
  double unfair(int fold, double share) {
    Gram others = all.copy();
    others.addScaled(byFold[fold], -1);
    double largest = 0;
    for (int j = 1; j < all.width(); j++) {
      double fair = (1 - share) * centred(all, j);
      if (fair > ROUNDING * all.get(j, j)) {
        largest = Math.max(largest, Math.abs(centred(others, j) / fair - 1));
      }
    }
    return largest;
  }

  /** Whether every column has at least a share of the variation that it has in another matrix. */
  private static boolean reaches(Gram gram, Gram other, double share) {
    for (int j = 1; j < gram.width(); j++) {
      if (centred(gram, j) < share * centred(other, j)) {
        return false;
      }
    }
    return true;
  }

  /** The square of a column once the intercept is taken out. */
  private static double centred(Gram gram, int column) {
    double edge = gram.get(column, 0);
    return gram.get(column, column) - edge * edge / gram.get(0, 0);
  }
}

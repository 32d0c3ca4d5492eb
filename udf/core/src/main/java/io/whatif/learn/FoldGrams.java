/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Mergeable;
import io.whatif.math.Gram;
import java.util.Arrays;
import java.util.List;

/**
 * One Gram matrix for each fold, of the basis and the targets behind it, each target less its mean
 * and over its standard deviation; rows count by their weights. One scan for any number of targets.
 */
final class FoldGrams extends FoldPass<FoldGrams.Grams, Gram[]> {
  private final List<Target> targets;
  private final int width;
  private final int folds;
  private final double[] shift;
  private final double[] scale;

  private FoldGrams(Basis basis, List<Target> targets, Folds folds, Weights weights) {
    super(basis, folds, weights, targets.size());
    this.targets = targets;
    this.width = basis.width();
    this.folds = folds.count();
    this.shift = new double[targets.size()];
    this.scale = new double[targets.size()];
  }

  FoldGrams(Basis basis, List<Target> targets, Folds folds, Moments.Summary moments) {
    this(basis, targets, folds, Weights.of(targets));
    for (int t = 0; t < shift.length; t++) {
      shift[t] = moments.mean(basis.width() + t);
      scale[t] = 1 / moments.scale(basis.width() + t);
    }
  }

  /** Of the basis alone. */
  static FoldGrams of(Basis basis, Weights weights, Folds folds) {
    return new FoldGrams(basis, List.of(), folds, weights);
  }

  /** The Grams of some rows. */
  record Grams(Gram[] byFold) implements Mergeable<Grams> {
    @Override
    public Grams merge(Grams other) {
      for (int k = 0; k < byFold.length; k++) {
        byFold[k].add(other.byFold[k]);
      }
      return this;
    }
  }

  @Override
  Grams start(int capacity) {
    Gram[] grams = new Gram[folds];
    Arrays.setAll(grams, k -> new Gram(width + targets.size(), folds));
    return new Grams(grams);
  }

  @Override
  void add(Part part, Grams sum) {
    FilledRows block = part.block();
    for (int t = 0; t < shift.length; t++) {
      double[] values = part.batch().column(targets.get(t).column());
      for (int r = 0; r < part.count(); r++) {
        double value = values[part.places()[part.from() + r]];
        block.put(r, width + t, (value - shift[t]) * scale[t]);
      }
    }
    block.addProducts(part.count(), part.weights(), sum.byFold()[part.fold()]);
  }

  @Override
  Gram[] end(Grams total) {
    return total.byFold();
  }

  /** The sum of the Grams of all folds but those excluded, in fold order. */
  static Gram without(Gram[] grams, int excluded, int alsoExcluded) {
    Gram sum = new Gram(grams[0].width());
    for (int k = 0; k < grams.length; k++) {
      if (k != excluded && k != alsoExcluded) {
        sum.add(grams[k]);
      }
    }
    return sum;
  }

  /** The products of the first {@code width} columns with the column {@code column}. */
  static double[] column(Gram gram, int width, int column) {
    double[] values = new double[width];
    Arrays.setAll(values, j -> gram.get(j, column));
    return values;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Out-of-fold predictions of some targets in many resamples, by {@link ResampledLearners}. */
public final class ResampledFits {
  private static final double LEAST = 1e-15;

  private final Standardization basis;
  private final List<ResampledLearners.Asked> asked;

  /** For each target and fold left out: coefficients by column, and in each by draw. */
  private final double[][][] coefficients;

  private final int draws;
  private final @Nullable Products products;

  /** Sums of products of residuals. */
  @FunctionalInterface
  interface Products {
    Gram of(int fold, int draw);
  }

  ResampledFits(
      Standardization basis,
      List<ResampledLearners.Asked> asked,
      double[][][] coefficients,
      int draws,
      @Nullable Products products) {
    this.products = products;
    this.basis = basis;
    this.asked = asked;
    this.coefficients = coefficients;
    this.draws = draws;
  }

  /** Resamples there are. */
  public int draws() {
    return draws;
  }

  /**
   * The sums over the rows of a fold, in a draw, of the products of the residuals of each two
   * targets; null where they do not follow from the sums the fits were made of.
   */
  public @Nullable Gram residualProducts(int fold, int draw) {
    return products == null ? null : products.of(fold, draw);
  }

  /** Room for the predictions of a block of rows: scratch of one thread. */
  public Predictions predictions() {
    return new Predictions();
  }

  /** The predictions of every target for some rows of one fold, in every draw. */
  public final class Predictions {
    private final Basis.Block block = Basis.Block.of(basis.width());
    private final double[] columns = new double[basis.width() * Basis.Block.ROWS];
    private final CrossGram[] values = new CrossGram[asked.size()];

    private Predictions() {
      java.util.Arrays.setAll(values, t -> new CrossGram(Basis.Block.ROWS, draws));
    }

    /**
     * Predicts the rows {@code rows[from]..rows[to-1]} of the batch, at most {@link
     * Basis.Block#ROWS}, all of one fold.
     */
    public void fill(Batch batch, int[] rows, int from, int to, int fold) {
      basis.fill(batch, rows, from, to, block);
      transpose(block, to - from, basis.width(), columns);
      for (int t = 0; t < values.length; t++) {
        values[t].clear();
        values[t].add(columns, coefficients[t][fold], basis.width());
      }
    }

    /** The prediction of a target at a row of the block, in a draw. */
    public double of(int target, int row, int draw) {
      double value = values[target].get(row, draw);
      if (!asked.get(target).logistic()) {
        return value;
      }
      double p = 1 / (1 + Math.exp(-value));
      return Math.min(1 - LEAST, Math.max(LEAST, p));
    }
  }

  /** Writes rows as columns of {@link Basis.Block#ROWS} numbers. */
  static void transpose(Basis.Block block, int rows, int width, double[] columns) {
    double[] x = block.values();
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < width; j++) {
        columns[j * Basis.Block.ROWS + r] = x[r * block.stride() + j];
      }
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;

/**
 * A prediction by a sum of trees, \( s = a + b \sum_t f_t(x) \), or a function of it.
 *
 * @param looks what the trees look at; their features are places of covariates, a NULL stays one
 * @param shift \( a \)
 * @param factor \( b \)
 * @param link what is predicted
 */
public record TreeEnsemble(List<Term> looks, Trees trees, double shift, double factor, Link link)
    implements Predictor {
  private static final int BLOCK = 256;

  /** What is made of the sum. */
  public enum Link {
    /** The sum itself. */
    VALUE,
    /** \( 1 / (1 + e^{-s}) \). */
    LOGISTIC,
    /** The sum, which is a share, so rounding is kept from leaving 0 to 1. */
    SHARE
  }

  public TreeEnsemble {
    looks = List.copyOf(looks);
    for (int input : trees.input()) {
      if (input < Trees.LEAF || input >= looks.size()) {
        throw new IllegalArgumentException("a tree looks at input " + input);
      }
    }
  }

  @Override
  public int inputs() {
    return looks.stream().mapToInt(Term::inputs).max().orElse(0);
  }

  @Override
  public void predict(double[][] columns, int rows, double[] into) {
    int width = looks.size();
    double[][] values = new double[width][rows];
    for (int j = 0; j < width; j++) {
      looks.get(j).fill(columns, rows, values[j]);
    }
    float[] block = new float[BLOCK * width];
    for (int from = 0; from < rows; from += BLOCK) {
      int count = Math.min(BLOCK, rows - from);
      for (int j = 0; j < width; j++) {
        for (int r = 0; r < count; r++) {
          block[r * width + j] = (float) values[j][from + r];
        }
      }
      predict(block, count, into, from);
    }
  }

  /**
   * Predicts rows of inputs.
   *
   * @param rowMajor the inputs of each row, one row after the other
   * @param into receives predictions from {@code at} on
   */
  public void predict(float[] rowMajor, int rows, double[] into, int at) {
    float[] sums = new float[rows];
    trees.add(rowMajor, looks.size(), rows, sums);
    for (int r = 0; r < rows; r++) {
      double sum = shift + factor * sums[r];
      into[at + r] =
          switch (link) {
            case VALUE -> sum;
            case LOGISTIC -> 1 / (1 + Math.exp(-sum));
            case SHARE -> Math.min(1, Math.max(0, sum));
          };
    }
  }
}

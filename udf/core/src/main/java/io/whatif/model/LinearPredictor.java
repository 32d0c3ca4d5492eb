/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;
import java.util.List;

/**
 * A prediction linear in a basis, \( f(x) = \phi(x)^\top b \), or the logistic function of it.
 *
 * @param terms the basis \( \phi \); their features are places of covariates
 * @param coefficients \( b \), one for each term
 * @param probability whether it predicts \( 1 / (1 + e^{-f(x)}) \)
 */
public record LinearPredictor(List<Term> terms, double[] coefficients, boolean probability)
    implements Predictor {
  public LinearPredictor {
    terms = List.copyOf(terms);
    if (terms.size() != coefficients.length) {
      throw new IllegalArgumentException(
          "basis of %d terms, %d coefficients".formatted(terms.size(), coefficients.length));
    }
  }

  @Override
  public int inputs() {
    return terms.stream().mapToInt(Term::inputs).max().orElse(0);
  }

  @Override
  public void predict(double[][] columns, int rows, double[] into) {
    Arrays.fill(into, 0, rows, 0);
    double[] scratch = new double[rows];
    for (int t = 0; t < coefficients.length; t++) {
      terms.get(t).add(coefficients[t], columns, rows, into, scratch);
    }
    for (int i = 0; probability && i < rows; i++) {
      into[i] = 1 / (1 + Math.exp(-into[i]));
    }
  }
}

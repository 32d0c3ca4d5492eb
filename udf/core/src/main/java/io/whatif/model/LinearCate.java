/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An effect linear in a basis of its features, \( \tau(x) = \phi(x)^\top \beta \), with standard
 * error \( \sqrt{\phi(x)^\top V \phi(x)} \).
 *
 * @param features what it takes
 * @param basis the terms of \( \phi \), the intercept among them
 * @param coefficients \( \beta \), one for each term
 * @param covariance \( V \), row by row
 * @param level of the intervals
 * @param range for support: the fitted data's range of each numeric feature, by name
 * @param maxLeverage for support: the largest \( \phi^\top A \phi \) to be called supported
 * @param leverage \( A \), row by row; empty if leverage is not to be checked
 */
public record LinearCate(
    List<Feature> features,
    List<Term> basis,
    double[] coefficients,
    double[] covariance,
    double level,
    Map<String, double[]> range,
    double maxLeverage,
    double[] leverage)
    implements CateModel {

  /**
   * The type of the two features of a bent effect of a continuous treatment that are values of the
   * treatment: which one, and which it is compared with. They come last.
   */
  public static final String DOSE_TYPE = "DOSE";

  /** Whether it depends on which values of a treatment are compared. */
  public boolean isCurve() {
    return !features.isEmpty() && features.get(features.size() - 1).sqlType().equals(DOSE_TYPE);
  }

  /** The derivative of a bent effect in the treatment; others are their own. */
  public LinearCate marginal() {
    List<Term> slopes = basis.stream().map(LinearCate::slope).toList();
    return isCurve()
        ? new LinearCate(
            features, slopes, coefficients, covariance, level, range, maxLeverage, new double[0])
        : this;
  }

  /**
   * The derivative of a bent effect at a value of the treatment, as a function of the row's own
   * features.
   */
  public LinearCate marginal(double dose) {
    int own = features.size() - 2;
    double[][] columns = new double[features.size()][1];
    columns[own][0] = dose;
    List<Term> terms = new ArrayList<>();
    for (Term term : marginal().basis) {
      Term power = term instanceof Term.Product product ? product.left() : term;
      Term rest = term instanceof Term.Product product ? product.right() : new Term.Intercept();
      double[] value = new double[1];
      power.fill(columns, 1, value);
      terms.add(new Term.Scaled(rest, 0, value[0]));
    }
    return new LinearCate(
        features.subList(0, own),
        terms,
        coefficients,
        covariance,
        level,
        range,
        maxLeverage,
        new double[0]);
  }

  private static Term slope(Term term) {
    if (term instanceof Term.Product product) {
      return new Term.Product(slope(product.left()), product.right());
    }
    if (term instanceof Term.Difference difference
        && difference.left() instanceof Term.Power power) {
      return new Term.Scaled(new Term.Power(power.of(), power.exponent() - 1), 0, power.exponent());
    }
    return term;
  }

  public LinearCate {
    features = List.copyOf(features);
    basis = List.copyOf(basis);
    int p = basis.size();
    if (coefficients.length != p || covariance.length != p * p) {
      throw new IllegalArgumentException(
          "basis of %d terms, %d coefficients, %d covariances"
              .formatted(p, coefficients.length, covariance.length));
    }
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    java.util.Arrays.fill(into, 0, rows, 0);
    double[] scratch = new double[rows];
    for (int t = 0; t < basis.size(); t++) {
      basis.get(t).add(coefficients[t], columns, rows, into, scratch);
    }
    Feature.blankUnseen(features, columns, rows, into);
  }

  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    quadraticForm(covariance, columns, rows, into);
    for (int i = 0; i < rows; i++) {
      into[i] = Math.sqrt(Math.max(0, into[i]));
    }
    Feature.blankUnseen(features, columns, rows, into);
  }

  @Override
  public void support(double[][] columns, int rows, double[] into) {
    if (leverage.length == 0) {
      java.util.Arrays.fill(into, 0, rows, 1);
    } else {
      quadraticForm(leverage, columns, rows, into);
      for (int i = 0; i < rows; i++) {
        if (!Double.isNaN(into[i])) {
          into[i] = into[i] <= maxLeverage ? 1 : 0;
        }
      }
    }
    for (int f = 0; f < features.size(); f++) {
      restrict(features.get(f), columns[f], rows, into);
    }
  }

  @Override
  public GradientSum gradients() {
    return new GradientSum.OfBasis(basis.size(), covariance, this::fill);
  }

  private void fill(double[][] columns, int rows, double[][] into) {
    for (int t = 0; t < into.length; t++) {
      basis.get(t).fill(columns, rows, into[t]);
    }
  }

  private void restrict(Feature feature, double[] column, int rows, double[] into) {
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    double[] seen = range.get(feature.name());
    if (feature.isCategorical()) {
      high = feature.categories().size() - 1;
    } else if (seen != null) {
      low = seen[0];
      high = seen[1];
    }
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(into[i]) && (column[i] < low || column[i] > high)) {
        into[i] = 0;
      }
    }
  }

  private void quadraticForm(double[] matrix, double[][] columns, int rows, double[] into) {
    int p = basis.size();
    double[][] values = new double[p][rows];
    fill(columns, rows, values);
    java.util.Arrays.fill(into, 0, rows, 0);
    double[] half = new double[rows];
    for (int s = 0; s < p; s++) {
      java.util.Arrays.fill(half, 0);
      for (int t = 0; t < p; t++) {
        double v = matrix[s * p + t];
        double[] value = values[t];
        for (int i = 0; i < rows; i++) {
          half[i] += v * value[i];
        }
      }
      double[] value = values[s];
      for (int i = 0; i < rows; i++) {
        into[i] += value[i] * half[i];
      }
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The coefficients of an effect that is linear in a basis, the intercept first.
 *
 * @param values one for each term
 * @param covariance theirs, row by row
 */
record Coefficients(double[] values, double[] covariance) {

  /** The last coefficients of a regression, from {@code offset} on. */
  static Coefficients of(double[] beta, double[] covariance, int offset) {
    int all = beta.length;
    int p = all - offset;
    double[] block = new double[p * p];
    for (int i = 0; i < p; i++) {
      System.arraycopy(covariance, (offset + i) * all + offset, block, i * p, p);
    }
    return new Coefficients(Arrays.copyOfRange(beta, offset, all), block);
  }

  /**
   * Those of the terms as they are, where these are of the terms less {@code means}: the intercept
   * is less by \( \sum_j \bar\phi_j b_j \), all others are the same.
   */
  Coefficients uncentred(double[] means) {
    int p = values.length;
    double[] b = values.clone();
    double[] v = covariance.clone();
    for (int j = 1; j < p; j++) {
      b[0] -= means[j] * values[j];
    }
    for (int j = 0; j < p; j++) {
      for (int k = 1; k < p; k++) {
        v[j] -= means[k] * covariance[k * p + j];
      }
    }
    double corner = v[0];
    for (int k = 1; k < p; k++) {
      corner -= means[k] * v[k];
      v[k * p] = v[k];
    }
    v[0] = corner;
    return new Coefficients(b, v);
  }

  /**
   * Over repetitions: medians, and the mean covariance scaled to the medians' standard errors; of
   * one repetition its own.
   */
  static Coefficients median(List<Coefficients> all) {
    if (all.size() == 1) {
      return all.get(0);
    }
    int p = all.get(0).values().length;
    double[] values = new double[p];
    double[] scale = new double[p];
    double[] covariance = new double[p * p];
    for (Coefficients one : all) {
      for (int i = 0; i < covariance.length; i++) {
        covariance[i] += one.covariance()[i] / all.size();
      }
    }
    for (int t = 0; t < p; t++) {
      int term = t;
      Estimate median =
          Estimate.median(all.stream().map(one -> one.estimate(term)).toArray(Estimate[]::new));
      double sd = Math.sqrt(covariance[t * p + t]);
      values[t] = median.value();
      scale[t] = sd > 0 ? median.standardError() / sd : 0;
    }
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        covariance[i * p + j] *= scale[i] * scale[j];
      }
    }
    return new Coefficients(values, covariance);
  }

  /** One coefficient with its error. */
  Estimate estimate(int term) {
    double variance = covariance[term * values.length + term];
    return new Estimate(values[term], Math.sqrt(Math.max(0, variance)));
  }

  /** The test that all but the intercept are 0. */
  Wald heterogeneity() {
    return Wald.allButFirstZero(values, covariance);
  }

  LinearCate model(Run run, Study study, EffectBasis basis, double level) {
    Support support = Support.of(run, study, basis);
    return new LinearCate(
        basis.features(),
        basis.terms(),
        values,
        covariance,
        level,
        support.range(),
        support.maxLeverage(),
        support.leverage());
  }

  /**
   * A row for each coefficient; without features one row, the treatment's.
   *
   * @param rows rows that they were estimated from
   */
  List<Effect> effects(LinearCate model, String estimand, long rows) {
    int p = values.length;
    List<Effect> effects = new ArrayList<>();
    for (int t = 0; t < p; t++) {
      effects.add(
          Effect.of(
              p == 1 ? "treatment" : model.basis().get(t).name(),
              Effect.Kind.COEFFICIENT,
              estimand,
              estimate(t),
              new Effect.Basis(rows, Double.NaN)));
    }
    return effects;
  }

  /** The row of a test that the effect does not vary. */
  static Effect test(Wald wald, String estimand, long rows) {
    return new Effect(
        "heterogeneity",
        Effect.Kind.TEST,
        estimand,
        new Estimate(wald.statistic(), Double.NaN),
        wald.pValue(),
        wald.degrees(),
        new Effect.Basis(rows, Double.NaN));
  }
}

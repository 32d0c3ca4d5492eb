/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The estimates over all repetitions with other folds, each the median as {@link Estimate#median}.
 *
 * @param beta the coefficients
 * @param covariance theirs: the mean over repetitions, scaled to the medians' errors
 * @param constant the effect as one number: the overlap-weighted average
 * @param average the average effect, or average slope
 * @param onTreated the average effect on the treated
 * @param reps how many repetitions
 * @param spreads the standard deviations between them
 * @param cov what the covariance is called
 */
record Medians(
    double[] beta,
    double[] covariance,
    Estimate constant,
    Estimate average,
    Estimate onTreated,
    int reps,
    Spreads spreads,
    String cov) {

  /**
   * The estimates of one partition into folds.
   *
   * @param beta the coefficients, none of an effect that has none
   * @param covariance theirs
   * @param constant the effect as one number
   * @param average the average effect
   * @param onTreated the average effect on the treated
   * @param cov what the covariance is called
   */
  record Estimates(
      double[] beta,
      double[] covariance,
      Estimate constant,
      Estimate average,
      Estimate onTreated,
      String cov) {

    /** The same with the coefficients of others. */
    Estimates with(Estimates coefficients) {
      return new Estimates(
          coefficients.beta,
          coefficients.covariance,
          constant,
          average,
          onTreated,
          coefficients.cov);
    }

    /** Of several blocks of p coefficients, one. */
    Estimates block(int block, int p) {
      double[] own = new double[p * p];
      for (int s = 0; s < p; s++) {
        int from = (block * p + s) * beta.length + block * p;
        System.arraycopy(covariance, from, own, s * p, p);
      }
      double[] coefficients = Arrays.copyOfRange(beta, block * p, (block + 1) * p);
      return new Estimates(coefficients, own, constant, average, onTreated, cov);
    }
  }

  static Medians of(List<Estimates> all) {
    int p = all.get(0).beta().length;
    Estimate[] coefficients = new Estimate[p];
    for (int t = 0; t < p; t++) {
      int term = t;
      coefficients[t] =
          Estimate.median(
              all.stream()
                  .map(
                      r -> new Estimate(r.beta()[term], Math.sqrt(r.covariance()[term * p + term])))
                  .toArray(Estimate[]::new));
    }
    return new Medians(
        Arrays.stream(coefficients).mapToDouble(Estimate::value).toArray(),
        covariance(all.stream().map(Estimates::covariance).toList(), coefficients),
        Estimate.median(all.stream().map(Estimates::constant).toArray(Estimate[]::new)),
        Estimate.median(all.stream().map(Estimates::average).toArray(Estimate[]::new)),
        Estimate.median(all.stream().map(Estimates::onTreated).toArray(Estimate[]::new)),
        all.size(),
        Spreads.of(all),
        all.get(0).cov());
  }

  /** The mean covariance, scaled to the medians' standard errors; of one repetition its own. */
  static double[] covariance(List<double[]> all, Estimate[] coefficients) {
    int p = coefficients.length;
    if (all.size() == 1) {
      return all.get(0);
    }
    double[] mean = new double[p * p];
    for (double[] covariance : all) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += covariance[i] / all.size();
      }
    }
    double[] scale = new double[p];
    for (int i = 0; i < p; i++) {
      double sd = Math.sqrt(mean[i * p + i]);
      scale[i] = sd > 0 ? coefficients[i].standardError() / sd : 0;
    }
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        mean[i * p + j] *= scale[i] * scale[j];
      }
    }
    return mean;
  }

  /** The coefficient of a term. */
  Estimate coefficient(int term) {
    double variance = covariance[term * beta.length + term];
    return new Estimate(beta[term], Math.sqrt(Math.max(0, variance)));
  }

  /** The Wald test that all coefficients but the intercept are 0. */
  Wald heterogeneity() {
    return Wald.allButFirstZero(beta, covariance);
  }

  /**
   * Standard deviations of estimates between repetitions, NaN of one repetition.
   *
   * @param beta of each coefficient
   */
  record Spreads(double[] beta, double constant, double average, double onTreated) {
    private static Spreads of(List<Estimates> all) {
      double[] beta = new double[all.get(0).beta().length];
      for (int t = 0; t < beta.length; t++) {
        int term = t;
        beta[t] = of(all, r -> r.beta()[term]);
      }
      return new Spreads(
          beta,
          of(all, r -> r.constant().value()),
          of(all, r -> r.average().value()),
          of(all, r -> r.onTreated().value()));
    }

    private static double of(List<Estimates> all, ToDoubleFunction<Estimates> estimate) {
      return Estimate.spread(all.stream().mapToDouble(estimate).toArray());
    }
  }
}

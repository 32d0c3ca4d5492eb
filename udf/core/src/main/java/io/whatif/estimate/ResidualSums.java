/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;

/**
 * Weighted sums of products of what nuisances leave of each row, u of the outcome and v of the
 * treatment, and the figures that follow from them. One pass over the rows.
 *
 * <p>Sums are of \( r = u - \theta v \), \( \theta \) the effect as one number, and of v: those of
 * u follow from them without loss of digits where theta is near the ratio of the products.
 */
final class ResidualSums {
  private static final int PRODUCTS = 6;

  private final double theta;

  /** Sums of weights, and of outcome and treatment about the profile's means, which are near. */
  private final double[] plain;

  private final Products all;
  private final Products ofEffects;

  private ResidualSums(double theta, double[] plain, Products lacking, Products ofEffects) {
    this.theta = theta;
    this.plain = plain;
    this.all = lacking.plus(ofEffects);
    this.ofEffects = ofEffects;
  }

  /**
   * Sums of products, with \( s = v (\tau - \bar\tau) \), 0 of rows without an effect.
   *
   * @param rr of \( r^2 \), and so on
   */
  record Products(double theta, double rr, double rv, double vv, double rs, double vs, double ss) {
    static Products of(double theta, double[] sums, int at) {
      return new Products(
          theta, sums[at], sums[at + 1], sums[at + 2], sums[at + 3], sums[at + 4], sums[at + 5]);
    }

    private Products plus(Products o) {
      return new Products(theta, rr + o.rr, rv + o.rv, vv + o.vv, rs + o.rs, vs + o.vs, ss + o.ss);
    }

    double uu() {
      return rr + theta * (2 * rv + theta * vv);
    }

    double uv() {
      return rv + theta * vv;
    }

    double us() {
      return rs + theta * vs;
    }
  }

  /**
   * The sums.
   *
   * @param theta the effect as one number; NaN if there is none
   */
  static ResidualSums of(Run run, Study study, Scores scores, CrossFit nuisances, double theta) {
    double about = Double.isNaN(theta) ? 0 : theta;
    double[] sums =
        RowSums.of(
            run, scores.size(), Rows.SUMS, () -> new Rows(study, scores, nuisances, about)::add);
    return new ResidualSums(
        theta,
        sums,
        Products.of(about, sums, Rows.PLAIN),
        Products.of(about, sums, Rows.PLAIN + PRODUCTS));
  }

  /** Of the rows that have an effect. */
  Products ofEffects() {
    return ofEffects;
  }

  /** The share of the outcome's variance that is predicted. */
  double explained() {
    double within = plain[5];
    return 1 - (all.uu() + within) / (aboutMean(1) + within);
  }

  /** The share of the treatment's variance that is not predicted. */
  double treatmentShare() {
    return all.vv() / aboutMean(3);
  }

  /**
   * How strong an unseen confounder would have to be, in partial R2 with both treatment and
   * outcome, to explain the effect as one number away.
   */
  double robustness() {
    double k = Math.abs(theta) * Math.sqrt(all.vv() / (all.rr() + plain[5]));
    return k * (Math.sqrt(k * k + 4) - k) / 2;
  }

  private double aboutMean(int at) {
    return plain[at + 1] - plain[at] * plain[at] / plain[0];
  }

  /** The rows of a range. */
  private static final class Rows {
    static final int PLAIN = 6;
    static final int SUMS = PLAIN + 2 * PRODUCTS;

    private final Study study;
    private final Scores scores;
    private final double theta;
    private final RowWindow window;

    Rows(Study study, Scores scores, CrossFit nuisances, double theta) {
      this.study = study;
      this.scores = scores;
      this.theta = theta;
      window =
          new RowWindow(scores.y, scores.d, nuisances.outcome, nuisances.treatment, scores.tau);
    }

    void add(int from, int to, double[] sums) {
      window.moveTo(from, to);
      addPlain(from, to, sums);
      double[] y = window.column(0);
      double[] d = window.column(1);
      double[] outcome = window.column(2);
      double[] treatment = window.column(3);
      double[] tau = window.column(4);
      int first = window.first();
      double mean = scores.meanEffect;
      double rr = 0;
      double rv = 0;
      double vv = 0;
      double rs = 0;
      double vs = 0;
      double ss = 0;
      for (int row = from; row < to; row++) {
        int i = row - first;
        double v = d[i] - treatment[i];
        double r = y[i] - outcome[i] - theta * v;
        double s = v * (tau[i] - mean);
        double weight = scores.weight(row);
        double weighted = weight * v;
        if (Double.isNaN(s)) {
          sums[PLAIN] += weight * r * r;
          sums[PLAIN + 1] += weighted * r;
          sums[PLAIN + 2] += weighted * v;
          continue;
        }
        rr += weight * r * r;
        rv += weighted * r;
        vv += weighted * v;
        rs += weight * r * s;
        vs += weighted * s;
        ss += weight * s * s;
      }
      int at = PLAIN + PRODUCTS;
      sums[at] += rr;
      sums[at + 1] += rv;
      sums[at + 2] += vv;
      sums[at + 3] += rs;
      sums[at + 4] += vs;
      sums[at + 5] += ss;
    }

    private void addPlain(int from, int to, double[] sums) {
      double meanOutcome = study.profile().mean(Study.OUTCOME);
      double meanTreatment = study.profile().mean(Study.TREATMENT);
      double weights = 0;
      double outcomes = 0;
      double outcomeSquares = 0;
      double treatments = 0;
      double treatmentSquares = 0;
      double within = 0;
      double[] y = window.column(0);
      double[] d = window.column(1);
      int first = window.first();
      for (int i = from; i < to; i++) {
        double weight = scores.weight(i);
        double outcome = y[i - first] - meanOutcome;
        double treatment = d[i - first] - meanTreatment;
        weights += weight;
        outcomes += weight * outcome;
        outcomeSquares += weight * outcome * outcome;
        treatments += weight * treatment;
        treatmentSquares += weight * treatment * treatment;
        within += weight * study.variance(i);
      }
      sums[0] += weights;
      sums[1] += outcomes;
      sums[2] += outcomeSquares;
      sums[3] += treatments;
      sums[4] += treatmentSquares;
      sums[5] += within;
    }
  }
}

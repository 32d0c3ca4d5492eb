/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.BenjaminiHochberg;
import io.whatif.inference.Estimate;
import io.whatif.math.Normal;
import io.whatif.math.Quantiles;
import io.whatif.model.CateModel;
import java.util.Arrays;
import java.util.List;

/**
 * What a fitted effect says of the rows of a relation: the mean \( \bar\tau = \frac1n \sum_i
 * \hat\tau(x_i) \), its error, and how effects are spread.
 *
 * <p>The rows are a sample of those the mean is asked for, drawn apart from those of the fit. So
 * the mean varies with the coefficients and with the rows: \( \mathrm{se}^2 = \bar z^\top V \bar z
 * + s_\tau^2 / n \), with \( \bar z \) the mean gradient of the effect by the coefficients, V their
 * covariance and \( s_\tau^2 \) the variance of the predicted effects. Where the rows are all there
 * are, or for comparison with EconML, {@code fixed} leaves the second part out.
 *
 * <p>Edge cases: rows without an effect are left out and counted; without any row left all is NaN;
 * one row has no sampling error. A model without valid errors gives neither errors nor shares that
 * need them.
 *
 * <p>Method: exact sums, so that the order of rows does not matter. Cost: one scan, two sorts.
 * Memory: 16 bytes a row.
 *
 * <p>Sources: EconML 0.17.0, PopulationSummaryResults, for the fixed part; Benjamini and Hochberg
 * 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
 *
 * @param mean the mean effect
 * @param inSupport the mean over rows within the data of the fit
 * @param spread the standard deviation of effects, divisor n - 1
 * @param percentiles the quantiles of effects at {@link #PERCENTS}
 * @param shares of rows
 * @param counts of rows
 */
public record PopulationEffect(
    Estimate mean,
    Estimate inSupport,
    double spread,
    double[] percentiles,
    Shares shares,
    Counts counts) {
  /** At which percentages quantiles are taken. */
  public static final List<Integer> PERCENTS = List.of(10, 25, 50, 75, 90);

  /** Bytes a row that are held: its effect, and that over its error. */
  private static final long HELD_BYTES = 16;

  /**
   * Shares of the rows that have an effect.
   *
   * @param positive with an effect above 0
   * @param pointwise whose interval, taken alone, lies above 0
   * @param amongAll that are called positive with a false-discovery rate of 1 - level
   * @param outsideSupport that lie outside the data of the fit
   */
  public record Shares(double positive, double pointwise, double amongAll, double outsideSupport) {}

  /**
   * How many rows there are.
   *
   * @param used with an effect
   * @param missing without, for a feature that is NULL
   * @param unseen without, for a category or group that was not there at the fit
   */
  public record Counts(long used, long missing, long unseen) {}

  /**
   * How errors are made.
   *
   * @param level of intervals
   * @param fixed whether the rows count as given, not as drawn
   */
  public record Inference(double level, boolean fixed) {}

  /** Reads the rows once. */
  public static PopulationEffect of(
      Run run, ModelRows rows, CateModel effect, Inference inference) {
    int n = Math.toIntExact(rows.data().rows());
    run.memory().take(HELD_BYTES * n, "the effects of rows");
    try {
      RowPass pass = new RowPass(rows, effect, inference.level(), new double[n], new double[n]);
      Sums sums = rows.data().scan(run, pass);
      run.checkCancelled();
      Arrays.parallelSort(pass.effects());
      run.checkCancelled();
      Arrays.parallelSort(pass.z());
      run.checkCancelled();
      return of(sums, pass, inference);
    } finally {
      run.memory().giveBack(HELD_BYTES * n);
    }
  }

  private static PopulationEffect of(Sums sums, RowPass pass, Inference inference) {
    long outside = sums.outside.rows();
    Estimate inSupport = sums.inside.mean(inference.fixed());
    MeanEffect all = sums.inside.with(sums.outside);
    double n = all.rows();
    double[] effects = Arrays.copyOf(pass.effects(), (int) all.rows());
    double[] percentiles =
        PERCENTS.stream().mapToDouble(p -> Quantiles.sorted(effects, p / 100.0)).toArray();
    int tested = 0;
    while (tested < pass.z().length && !Double.isNaN(pass.z()[tested])) {
      tested++;
    }
    double rate = 1 - inference.level();
    boolean errors = tested > 0;
    return new PopulationEffect(
        all.mean(inference.fixed()),
        inSupport,
        Math.sqrt(all.variance()),
        percentiles,
        new Shares(
            sums.positive / n,
            errors ? sums.pointwise / n : Double.NaN,
            errors ? BenjaminiHochberg.positive(pass.z(), tested, rate) / n : Double.NaN,
            outside / n),
        new Counts(all.rows(), sums.missing, sums.unseen));
  }

  /** Sums over rows on either side of the border of support. */
  private static final class Sums implements Mergeable<Sums> {
    final MeanEffect inside;
    final MeanEffect outside;
    long positive;
    long pointwise;
    long missing;
    long unseen;

    Sums(CateModel effect) {
      inside = new MeanEffect(effect);
      outside = new MeanEffect(effect);
    }

    @Override
    public Sums merge(Sums other) {
      inside.with(other.inside);
      outside.with(other.outside);
      positive += other.positive;
      pointwise += other.pointwise;
      missing += other.missing;
      unseen += other.unseen;
      return this;
    }
  }

  /**
   * Scores the rows.
   *
   * @param effects receives the effect of each row, NaN if it has none
   * @param z receives the effect over its error, NaN if it has none
   */
  private record RowPass(
      ModelRows rows, CateModel effect, double level, double[] effects, double[] z)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(effect);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int count = batch.rows();
      int at = (int) batch.firstRow();
      double[][] features = rows.features(batch);
      double[] tau = new double[count];
      double[] error = new double[count];
      double[] support = new double[count];
      effect.effect(features, count, tau);
      effect.standardError(features, count, error);
      effect.support(features, count, support);
      double q = Normal.quantile(0.5 + level / 2);
      for (int i = 0; i < count; i++) {
        effects[at + i] = tau[i];
        z[at + i] = new Estimate(tau[i], error[i]).z();
        if (Double.isNaN(tau[i])) {
          boolean missing = isMissing(features, i);
          sum.missing += missing ? 1 : 0;
          sum.unseen += missing ? 0 : 1;
        }
        sum.positive += tau[i] > 0 ? 1 : 0;
        sum.pointwise += tau[i] - q * error[i] > 0 ? 1 : 0;
      }
      sum.inside.add(features, tau, supported(tau, support, true));
      sum.outside.add(features, tau, supported(tau, support, false));
    }

    private static boolean isMissing(double[][] features, int row) {
      for (double[] feature : features) {
        if (Double.isNaN(feature[row])) {
          return true;
        }
      }
      return false;
    }

    /** Places of the rows that have an effect and are supported, or are not. */
    private static int[] supported(double[] tau, double[] support, boolean wanted) {
      int[] places = new int[tau.length];
      int found = 0;
      for (int i = 0; i < tau.length; i++) {
        if (!Double.isNaN(tau[i]) && (support[i] == 1) == wanted) {
          places[found++] = i;
        }
      }
      return Arrays.copyOf(places, found);
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.inference.Estimate;
import io.whatif.learn.Covariates;
import io.whatif.model.KeptRows;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The best linear projection of an effect on features, \( \arg\min_\beta E[(\tau(X) - \beta^\top
 * \phi(x))^2] \), \( \phi(x) = (1, x) \): least squares of the doubly robust scores of kept rows on
 * \( \phi(x) \), with the sandwich covariances of {@link Meat}, by clusters where the rows have
 * any.
 *
 * <p>Edge cases: rows that lack a score or a feature count nowhere; a category but the first is a
 * term of its own; collinear terms get the coefficients of least norm. Features are centred for the
 * fit, and the intercept is taken back to their zero afterwards. Repetitions are aggregated by the
 * median, see {@link Estimate#median}. Cost: two scans of O(p^2) a row.
 *
 * <p>Sources: Semenova and Chernozhukov 2021, doi:10.1093/ectj/utaa027; grf's
 * best_linear_projection.
 */
public final class BestLinearProjection {
  private final Run run;
  private final KeptRows kept;
  private final int[] places;
  private final Study study;

  private BestLinearProjection(Run run, KeptRows kept, Features features, Study study) {
    this.run = run;
    this.kept = kept;
    this.places = features.places();
    this.study = study;
  }

  /**
   * What some kept rows are projected on.
   *
   * @param places of those rows among the kept ones, ascending
   * @param columns the features
   * @param values one array for each, of those rows; a text is a place among its categories
   */
  public record Features(int[] places, List<Column> columns, double[][] values) {}

  /**
   * A projection.
   *
   * @param terms what the coefficients are of, the intercept first
   * @param estimates one for each
   * @param rank how many of them the rows tell apart
   * @param rows that count
   * @param cov what the covariance is called
   */
  public record Projection(
      List<String> terms, List<Estimate> estimates, int rank, long rows, String cov) {}

  /**
   * Projects the scores.
   *
   * @param cov HC0 to HC3; clusters go before it
   */
  public static Projection of(Run run, KeptRows kept, Features features, String cov) {
    Study study = study(run, kept, features);
    return new BestLinearProjection(run, kept, features, study).projection(cov);
  }

  /** The rows as a study whose outcome, still to come, is the score. */
  private static Study study(Run run, KeptRows kept, Features features) {
    int[] places = features.places();
    List<Column> columns = new ArrayList<>();
    columns.add(new Column.Numeric("", "DOUBLE"));
    columns.add(new Column.Numeric("", "DOUBLE"));
    columns.addAll(features.columns());
    double[][] values = new double[columns.size()][];
    values[Study.OUTCOME] = new double[places.length];
    values[Study.TREATMENT] = new double[places.length];
    System.arraycopy(features.values(), 0, values, 2, features.values().length);
    Dataset data = Dataset.of(new Schema(columns), values);
    return new Study(
        data,
        Profile.of(run, data),
        new Treatment("", Treatment.Kind.CONTINUOUS, List.of()),
        "",
        IntStream.range(2, columns.size()).boxed().toList(),
        new Covariates(List.of()),
        new Study.Units(
            new long[places.length], clusters(kept.clusters(), places), null, 0, null, 0),
        weighting(kept.counting(), places),
        0,
        kept.clusters() == null ? Study.Shared.NOTHING : Study.Shared.CLUSTER);
  }

  private static int @Nullable [] clusters(int @Nullable [] all, int[] places) {
    if (all == null) {
      return null;
    }
    int[] own = new int[places.length];
    int number = -1;
    int last = -1;
    for (int i = 0; i < own.length; i++) {
      number += all[places[i]] == last ? 0 : 1;
      last = all[places[i]];
      own[i] = number;
    }
    return own;
  }

  private static Study.@Nullable Weighting weighting(
      KeptRows.@Nullable Counting all, int[] places) {
    if (all == null) {
      return null;
    }
    double[] weights = of(all.weights(), places);
    double[] counts = of(all.counts(), places);
    double[] products = new double[places.length];
    Arrays.setAll(products, i -> weights[i] * counts[i]);
    return new Study.Weighting(weights, counts, of(all.variances(), places), products, -1);
  }

  private static double[] of(double[] values, int[] places) {
    return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
  }

  private Projection projection(String cov) {
    KeptAverages averages = new KeptAverages(kept);
    FitOptions options =
        new FitOptions("", "", 0, 0, 1, cov, 0.95, false, FitOptions.Scale.PLAIN, Settings.NONE);
    EffectBasis plain = new EffectBasis(study, options);
    double[] means = EffectMeans.of(run, study, plain);
    means[0] = 0;
    EffectBasis basis = plain.centred(means);
    List<Estimate[]> all = new ArrayList<>();
    long rows = 0;
    int rank = 0;
    String name = cov;
    for (int r = 0; r < kept.repetitions().size(); r++) {
      Regressors regressors = new Regressors(basis, of(averages.scores(r), places));
      LeastSquares fit = LeastSquares.of(run, study, regressors);
      LeastSquares.Covariance covariance = fit.covariance(run, cov);
      all.add(atZero(fit.beta, covariance.matrix(), means));
      rows = fit.rows;
      rank = fit.bread.rank();
      name = covariance.name();
    }
    List<Estimate> estimates = new ArrayList<>();
    for (int t = 0; t < basis.width(); t++) {
      int term = t;
      estimates.add(Estimate.median(all.stream().map(e -> e[term]).toArray(Estimate[]::new)));
    }
    return new Projection(
        plain.terms().stream().map(Term::name).toList(), estimates, rank, rows, name);
  }

  /** The coefficients, of which the intercept is the effect at the means, with that at zero. */
  private static Estimate[] atZero(double[] beta, double[] covariance, double[] means) {
    int p = beta.length;
    double[] across = new double[p];
    across[0] = 1;
    for (int t = 1; t < p; t++) {
      across[t] = -means[t];
    }
    double intercept = 0;
    double variance = 0;
    for (int s = 0; s < p; s++) {
      intercept += across[s] * beta[s];
      for (int t = 0; t < p; t++) {
        variance += across[s] * covariance[s * p + t] * across[t];
      }
    }
    Estimate[] estimates = new Estimate[p];
    Arrays.setAll(
        estimates, t -> new Estimate(beta[t], Math.sqrt(Math.max(0, covariance[t * p + t]))));
    estimates[0] = new Estimate(intercept, Math.sqrt(Math.max(0, variance)));
    return estimates;
  }

  /** The rows that have a score and all features. */
  private record Regressors(EffectBasis basis, double[] scores) implements LeastSquares.Rows {
    @Override
    public int width() {
      return basis.width();
    }

    @Override
    public int fill(Batch batch, LeastSquares.Block into) {
      double[][] phi = basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      int width = phi.length + 1;
      int filled = 0;
      for (int i = 0; i < batch.rows(); i++) {
        double score = scores[(int) batch.firstRow() + i];
        if (!complete[i] || Double.isNaN(score)) {
          continue;
        }
        for (int t = 0; t < phi.length; t++) {
          into.values()[filled * width + t] = phi[t][i];
        }
        into.values()[filled * width + phi.length] = score;
        into.weights()[filled] = 1;
        into.places()[filled++] = i;
      }
      return filled;
    }
  }
}

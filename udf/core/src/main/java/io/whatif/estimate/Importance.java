/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.Ascending;
import io.whatif.model.CateModel;
import io.whatif.model.ForestCate;
import java.util.Arrays;

/**
 * How much of the predicted effects' variation goes with a feature alone: \( S_j =
 * \mathrm{Var}(E[\hat\tau(X) \mid X_j]) / \mathrm{Var}(\hat\tau(X)) \) over the rows of the fit,
 * between 0 and 1. It is defined for every kind of effect. Of independent features whose effects
 * add up these shares add up to 1; variation of features that act together only is in none of them,
 * and that of correlated features is in each.
 *
 * <p>Edge cases: NaN where the effect does not vary, or depends on the value of the treatment; NULL
 * is a value of its own where a row with it has an effect.
 *
 * <p>Method: the conditional mean is a straight line in each of up to {@value #BINS} intervals of
 * \( X_j \) that hold as many rows, of a category or of few different values their own mean; the
 * share explained is corrected for the number of lines and means, \( 1 - (1 - R^2) (n - 1) / (n -
 * q) \), at least 0. For an effect linear in independent features it is that of \( \beta_j^2
 * \mathrm{Var}(X_j) \). Cost: O(n) a feature, n at most about {@value #SAMPLE} rows.
 *
 * <p>Sources: first-order index of Sobol 2001, doi:10.1016/S0378-4754(00)00270-6; from given data
 * Plischke, Borgonovo and Smith 2013, doi:10.1016/j.ejor.2012.11.047; with dependent features
 * Kucherenko, Tarantola and Annoni 2012, doi:10.1016/j.cpc.2011.12.020.
 */
public final class Importance {
  /** Rows that importances are taken from, at most about. */
  private static final int SAMPLE = 20_000;

  /** The same of a forest, whose effects take their time. */
  private static final int SAMPLE_OF_FOREST = 5_000;

  /** Intervals of a numeric feature at most. */
  private static final int BINS = 20;

  /** Rows of an interval at least, on average. */
  private static final int ROWS_OF_BIN = 50;

  /** Variation of the effect, over its square, that is rounding. */
  private static final double ROUNDING = 1e-24;

  private final double[][] features;
  private final double[] effect;
  private final double[] weights;
  private final double count;

  private Importance(double[][] features, double[] effect, double[] weights, double count) {
    this.features = features;
    this.effect = effect;
    this.weights = weights;
    this.count = count;
  }

  /** The importance of each feature of an effect, in order, over the rows of the study. */
  public static double[] of(Run run, Study study, CateModel model) {
    if (model.features().size() != study.features().size()) {
      double[] unknown = new double[study.features().size()];
      Arrays.fill(unknown, Double.NaN);
      return unknown;
    }
    Importance importance = sampled(study, model);
    double[] shares = new double[study.features().size()];
    double total = importance.variation();
    Parallel.forEach(
        run,
        shares.length,
        f -> shares[f] = importance.share(f, model.features().get(f).isCategorical(), total));
    return shares;
  }

  private static Importance sampled(Study study, CateModel model) {
    Profile profile = study.profile();
    int width = study.features().size();
    int sampled = width == 0 ? 0 : profile.sample(study.features().get(0)).length;
    int most = model instanceof ForestCate ? SAMPLE_OF_FOREST : SAMPLE;
    RowSample drawn = RowSample.of(sampled, most);
    int rows = drawn.size();
    double[][] features = new double[width][];
    double[] weights = new double[rows];
    double[] counts = new double[rows];
    for (int i = 0; i < rows; i++) {
      int row = (int) profile.sampled().row(drawn.row(i));
      weights[i] = study.weight(row);
      counts[i] = study.weighting() == null ? 1 : study.weighting().counts()[row];
    }
    for (int f = 0; f < width; f++) {
      features[f] = drawn.of(profile.sample(study.features().get(f)));
    }
    double[] effect = new double[rows];
    if (model instanceof ForestCate forest) {
      forest.effectOnce(features, rows, effect);
    } else {
      model.effect(features, rows, effect);
    }
    double count = 0;
    for (int i = 0; i < rows; i++) {
      boolean used = !Double.isNaN(effect[i]) && weights[i] > 0;
      weights[i] = used ? weights[i] : 0;
      effect[i] = used ? effect[i] : 0;
      count += used ? counts[i] : 0;
    }
    return new Importance(features, effect, weights, count);
  }

  /** Weighted least squares of the effect on a straight line, or on its mean, centred. */
  private static final class Line {
    private double weight;
    private double meanX;
    private double meanY;
    private double xx;
    private double xy;
    private double yy;

    void add(double w, double x, double y) {
      weight += w;
      double dx = x - meanX;
      double dy = y - meanY;
      double part = w / weight;
      meanX += dx * part;
      meanY += dy * part;
      xx += w * dx * (x - meanX);
      xy += w * dx * (y - meanY);
      yy += w * dy * (y - meanY);
    }

    /** What the line leaves; the mean if x does not vary. */
    double left() {
      return Math.max(0, xx > 0 ? yy - xy * xy / xx : yy);
    }

    int parameters() {
      return weight == 0 ? 0 : xx > 0 ? 2 : 1;
    }
  }

  /** How much the effect varies; NaN if it does not. */
  private double variation() {
    Line all = new Line();
    for (int i = 0; i < effect.length; i++) {
      if (weights[i] > 0) {
        all.add(weights[i], 0, effect[i]);
      }
    }
    boolean varies = all.yy > ROUNDING * all.weight * all.meanY * all.meanY;
    return varies ? all.yy : Double.NaN;
  }

  private double share(int feature, boolean categorical, double total) {
    if (Double.isNaN(total)) {
      return Double.NaN;
    }
    double[] x = features[feature];
    int[] order = weighing(Ascending.places(x));
    double left = 0;
    int parameters = 0;
    int[] ends = categorical ? endsOfValues(x, order) : endsOfBins(x, order);
    int from = 0;
    for (int end : ends) {
      Line line = new Line();
      for (int j = from; j < end; j++) {
        double value = Double.isNaN(x[order[j]]) ? 0 : x[order[j]];
        line.add(weights[order[j]], value, effect[order[j]]);
      }
      left += line.left();
      parameters += line.parameters();
      from = end;
    }
    if (count <= parameters) {
      return Double.NaN;
    }
    return Math.max(0, 1 - left / total * (count - 1) / (count - parameters));
  }

  /** Those of places whose rows have a weight. */
  private int[] weighing(int[] places) {
    int kept = 0;
    for (int place : places) {
      places[kept] = place;
      kept += weights[place] > 0 ? 1 : 0;
    }
    return Arrays.copyOf(places, kept);
  }

  /** Where the rows of each value end, in ascending order; NaN is the last. */
  private static int[] endsOfValues(double[] x, int[] order) {
    int[] ends = new int[order.length];
    int found = 0;
    for (int j = 1; j <= order.length; j++) {
      if (j == order.length || Double.compare(x[order[j - 1]], x[order[j]]) != 0) {
        ends[found++] = j;
      }
    }
    return Arrays.copyOf(ends, found);
  }

  /** Where intervals of as much weight end; equal values are not parted. */
  private int[] endsOfBins(double[] x, int[] order) {
    int[] values = endsOfValues(x, order);
    int bins = (int) Math.max(1, Math.min(BINS, count / ROWS_OF_BIN));
    if (values.length <= bins) {
      return values;
    }
    double all = 0;
    for (int place : order) {
      all += weights[place];
    }
    double share = all / bins;
    int[] ends = new int[bins + 2];
    int found = 0;
    int from = 0;
    double weight = 0;
    double border = share;
    for (int v = 0; v < values.length; v++) {
      for (int j = from; j < values[v]; j++) {
        weight += weights[order[j]];
      }
      from = values[v];
      boolean last = from == order.length;
      boolean nullNext = !last && Double.isNaN(x[order[from]]);
      // rounding of weights is to move no border
      if (last || nullNext || weight >= border * (1 - 1e-9)) {
        ends[found++] = from;
        border = share * (Math.floor(weight / share * (1 + 1e-9)) + 1);
      }
    }
    return Arrays.copyOf(ends, found);
  }
}

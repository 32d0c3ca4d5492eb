/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.forest.Bins;
import io.whatif.forest.Forest;
import io.whatif.forest.ForestData;
import io.whatif.forest.ForestGrower;
import io.whatif.forest.ForestPlan;
import io.whatif.forest.Scale;
import io.whatif.forest.Tree;
import io.whatif.model.ForestPredictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regression forest of honest trees. One forest serves all folds: each tree draws half of the
 * rows, from more than half of the folds, and the rows of a fold are predicted by the trees that
 * drew none of it. Left out (NaN), there are 100 {@code trees}, 50 of more than 100,000 rows. A
 * node of no more rows than {@code leaf} is a leaf: left out, of 20 or a thousandth of all. A
 * category is a code, a NULL has a side at each split.
 *
 * <p>Edge cases: a target that does not vary is predicted by its mean; a share is kept between 0
 * and 1. Cost: two scans. Memory: a byte a value, and what a thread grows on.
 *
 * <p>Source: Wager and Athey 2018, doi:10.1080/01621459.2017.1319839, for honesty.
 */
record HonestForestLearner(double trees, double leaf) implements Learner {
  /** Rows that cuts are taken from, where there are more. */
  private static final int SAMPLE = 50_000;

  /** Rows of a node that is a leaf, unless asked for: so many, and of many rows a share of them. */
  private static final int LEAF = 20;

  private static final int LEAVES = 1_000;

  /** Trees, unless asked for; of many rows, whose leaves are large, half of them do. */
  private static final int TREES = 100;

  private static final int MANY = 100_000;

  private static final long SEED = 0x666f72657374L;

  @Override
  public String name() {
    return "honest_forest(trees=" + shown(trees) + ", leaf=" + shown(leaf) + ")";
  }

  private static String shown(double option) {
    return Double.isNaN(option) ? "auto" : Long.toString(Math.round(option));
  }

  private int trees(int rows) {
    return (int) Math.round(!Double.isNaN(trees) ? trees : rows > MANY ? TREES / 2 : TREES);
  }

  private int leaf(int rows) {
    double wanted = Double.isNaN(leaf) ? Math.max(LEAF, rows / (double) LEAVES) : leaf;
    return (int) Math.max(1, Math.min(wanted, rows));
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    Moments.Behind behind = new Moments.Behind(targets, folds);
    TrainingFolds.checkClasses(Moments.ofTargets(run, data, behind), folds, targets, data.schema());
    int n = Math.toIntExact(data.rows());
    int p = covariates.columns().size();
    long bytes = ForestData.bytes(n, p, run.threads());
    run.memory().take(bytes, "the rows that a forest is grown on");
    try {
      Coded coded = Coded.of(run, data, covariates);
      List<OutOfFold> fitted = new ArrayList<>();
      for (Target target : targets) {
        fitted.add(fit(run, data, coded, target, folds));
      }
      return fitted;
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /**
   * The covariates as codes.
   *
   * @param columns of the dataset
   */
  private record Coded(int[] columns, List<Bins> bins, byte[][] codes) {
    static Coded of(Run run, Dataset data, Covariates covariates) {
      int[] columns = covariates.columns().stream().mapToInt(Covariate::column).toArray();
      double[][] sample = data.at(RowSample.of(data.rows(), SAMPLE)).arrays(run, columns);
      List<Bins> bins = new ArrayList<>();
      for (double[] values : sample) {
        bins.add(Bins.of(Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray()));
      }
      byte[][] codes = new byte[columns.length][Math.toIntExact(data.rows())];
      data.forEachBatch(
          run,
          batch -> {
            for (int f = 0; f < columns.length; f++) {
              double[] values = batch.column(columns[f]);
              bins.get(f).code(values, batch.rows(), codes[f], (int) batch.firstRow());
            }
          });
      return new Coded(columns, bins, codes);
    }
  }

  private OutOfFold fit(Run run, Dataset data, Coded coded, Target target, Folds folds) {
    double[] y = data.arrays(run, target.column())[0];
    double[] weights =
        target.weight() == Target.UNWEIGHTED ? null : data.arrays(run, target.weight())[0];
    int[] used = used(weights, y.length);
    byte[][] codes = new byte[coded.codes().length][];
    for (int f = 0; f < codes.length; f++) {
      codes[f] = used.length == y.length ? coded.codes()[f] : kept(coded.codes()[f], used);
    }
    double[] outcomes = Arrays.stream(used).mapToDouble(i -> y[i]).toArray();
    int[] fold = Arrays.stream(used).map(folds::of).toArray();
    Scale scale = Scale.of(outcomes);
    ForestData rows =
        new ForestData(
            codes,
            coded.bins().stream().mapToInt(Bins::largest).toArray(),
            new float[][] {scale.apply(outcomes)},
            weights == null ? null : shares(weights, used),
            null,
            fold);
    ForestPlan plan =
        new ForestPlan(
            trees(outcomes.length),
            1,
            leaf(outcomes.length),
            ForestPlan.mtry(codes.length),
            0.5,
            true,
            0.5,
            0.05,
            0,
            SEED);
    String told = new HonestForestLearner(plan.trees(), plan.minNodeSize()).name();
    ForestGrower grower = new ForestGrower(rows, plan);
    List<Tree> grown = grower.trees(run);
    ForestPredictor[] models = new ForestPredictor[folds.count()];
    for (int k = 0; k < models.length; k++) {
      boolean[] without = grower.without(k);
      List<Tree> own = new ArrayList<>();
      for (int t = 0; t < without.length; t++) {
        if (without[t]) {
          own.add(grown.get(t));
        }
      }
      Forest forest = Forest.of(coded.bins(), rows, own);
      boolean share = target.kind() == Target.Kind.PROBABILITY;
      models[k] = new ForestPredictor(forest, scale.center(), scale.unit(), share);
    }
    return new Predictions(coded.columns(), folds, models, told);
  }

  private static int[] used(double @Nullable [] weights, int rows) {
    int[] used = new int[rows + 1];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      used[count] = i;
      count += weights == null || weights[i] > 0 ? 1 : 0;
    }
    return Arrays.copyOf(used, count);
  }

  private static float[] shares(double[] weights, int[] used) {
    double sum = 0;
    for (int i : used) {
      sum += weights[i];
    }
    float[] shares = new float[used.length];
    for (int k = 0; k < used.length; k++) {
      shares[k] = (float) (weights[used[k]] * used.length / sum);
    }
    return shares;
  }

  private static byte[] kept(byte[] codes, int[] rows) {
    byte[] kept = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      kept[i] = codes[rows[i]];
    }
    return kept;
  }

  /** Predictions by the trees that did not see a row's fold. */
  private record Predictions(
      int[] columns, Folds folds, ForestPredictor[] models, String description)
      implements OutOfFold {
    @Override
    public void predict(Batch batch, double[] into) {
      FoldRows rows = new FoldRows(folds);
      rows.group(batch);
      double[] predicted = new double[batch.rows()];
      for (int k = 0; k < folds.count(); k++) {
        int from = rows.start(k);
        int count = rows.start(k + 1) - from;
        double[][] values = new double[columns.length][count];
        for (int f = 0; f < columns.length && count > 0; f++) {
          double[] column = batch.column(columns[f]);
          for (int r = 0; r < count; r++) {
            values[f][r] = column[rows.rows()[from + r]];
          }
        }
        models[k].predict(values, count, predicted);
        for (int r = 0; r < count; r++) {
          into[rows.rows()[from + r]] = predicted[r];
        }
      }
    }

    @Override
    public ForestPredictor predictor(int fold) {
      return models[fold];
    }

    @Override
    public boolean converged() {
      return true;
    }
  }
}

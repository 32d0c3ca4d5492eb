/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Run;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many targets fitted together are what each is by itself. */
class ManyTargetsTest {
  private static final int TARGETS = 7;

  /** Targets t0..t6 follow from x0..x3, at shares from a few percent to half; w is a weight. */
  private static Dataset data(int n) {
    Datasets data = new Datasets();
    double[][] x = new double[4][n];
    for (int c = 0; c < 4; c++) {
      for (int i = 0; i < n; i++) {
        x[c][i] = (c + 1) * Mix.normal(c, i) + c;
      }
      data.column("x" + c, x[c]);
    }
    for (int t = 0; t < TARGETS; t++) {
      double[] d = new double[n];
      for (int i = 0; i < n; i++) {
        double index = -t / 2.0 + .8 * x[t % 4][i] / (t % 4 + 1) - .3 * x[0][i];
        d[i] = Mix.uniform(20 + t, i) < 1 / (1 + Math.exp(-index)) ? 1 : 0;
      }
      data.column("t" + t, d);
    }
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = Mix.bucket(50, i, 4);
    }
    return data.column("w", w).build();
  }

  private static List<Target> targets(Dataset data, Target.Kind kind, boolean weighted) {
    List<Target> targets = new ArrayList<>();
    for (int t = 0; t < TARGETS; t++) {
      targets.add(
          new Target(
              data.schema().indexOf("t" + t),
              kind,
              weighted ? data.schema().indexOf("w") : Target.UNWEIGHTED));
    }
    return targets;
  }

  private static double[][] together(Dataset data, List<OutOfFold> fitted) {
    double[][] into = new double[fitted.size()][(int) data.rows()];
    JointPredictions predictions = new JointPredictions(fitted);
    for (int t = 0; t < fitted.size(); t++) {
      int target = t;
      assertThat(fitted.get(t).description()).isNotEmpty();
      assertThat(Datasets.collect(data, fitted.get(target)::predict)).hasSize(into[t].length);
    }
    Datasets.collect(
        data,
        (Batch batch, double[] none) -> predictions.predict(batch, into, (int) batch.firstRow()));
    return into;
  }

  /**
   * Few rows are fitted to 1e-8 of coefficients; of many to a twenty-fifth of the least standard
   * error that a coefficient can have, 2 / sqrt(n): 3.6e-4 of 50,000. A chance moves by a quarter
   * of that at most for each deviation of each column, and some row of these has ten in all: 9e-4.
   */
  @ParameterizedTest
  @CsvSource({
    "logit, 3000, false, 1e-7",
    "logistic(c=1), 3000, true, 1e-7",
    "linear, 3000, false, 1e-7",
    "linear, 50000, false, 9e-4",
    "logit, 50000, true, 9e-4"
  })
  void logisticTargetsAreFittedAsEachAlone(
      String learner, int n, boolean weighted, double tolerance) {
    Dataset data = data(n);
    Run run = Datasets.run(2);
    Folds folds = Fitted.alternating(n, 3);
    Covariates covariates = Fitted.numeric(data, "x0", "x1", "x2", "x3");
    List<Target> targets = targets(data, Target.Kind.PROBABILITY, weighted);
    Learner parsed = Learners.parse("learner", learner, Target.Kind.PROBABILITY);
    double[][] shared = together(data, parsed.fitOutOfFold(run, data, covariates, targets, folds));
    for (int t = 0; t < TARGETS; t++) {
      OutOfFold alone =
          parsed.fitOutOfFold(run, data, covariates, List.of(targets.get(t)), folds).get(0);
      double[] expected = Datasets.collect(data, alone::predict);
      double largest = 0;
      for (int i = 0; i < n; i++) {
        largest = Math.max(largest, Math.abs(shared[t][i] - expected[i]));
      }
      assertThat(largest).as("target %d", t).isLessThan(tolerance);
    }
  }

  /** Of 50,000 rows about 20 have the category, of a sample of 16,384 as many by chance as come. */
  @Test
  void chancesInARareCategoryAreThoseFittedAlone() {
    int n = 50_000;
    for (int draw = 0; draw < 12; draw++) {
      int stream = 100 * draw;
      double[] rare = new double[n];
      Arrays.setAll(rare, i -> Mix.uniform(stream, i) < 4e-4 ? 1 : 0);
      Datasets columns = new Datasets().column("rare", rare);
      for (int t = 0; t < 4; t++) {
        double[] d = new double[n];
        int own = stream + 1 + t;
        Arrays.setAll(d, i -> Mix.uniform(own, i) < (rare[i] == 1 ? .9 : .5) ? 1 : 0);
        columns.column("t" + t, d);
      }
      Dataset data = columns.build();
      Folds folds = Fitted.alternating(n, 2);
      Covariates covariates = Fitted.numeric(data, "rare");
      Learner logit = Learners.parse("learner", "logit", Target.Kind.PROBABILITY);
      List<Target> targets = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        targets.add(
            new Target(data.schema().indexOf("t" + t), Target.Kind.PROBABILITY, Target.UNWEIGHTED));
      }
      Run run = Datasets.run(2);
      List<OutOfFold> all = logit.fitOutOfFold(run, data, covariates, targets, folds);
      for (int t = 0; t < 4; t++) {
        double[] shared = Datasets.collect(data, all.get(t)::predict);
        List<Target> one = List.of(targets.get(t));
        double[] alone =
            Datasets.collect(
                data, logit.fitOutOfFold(run, data, covariates, one, folds).get(0)::predict);
        double largest = 0;
        for (int i = 0; i < n; i++) {
          largest = Math.max(largest, Math.abs(shared[i] - alone[i]));
        }
        assertThat(largest).as("draw %d, target %d", draw, t).isLessThan(.01);
      }
    }
  }

  @Test
  void valuesAreFittedAsEachAlone() {
    Dataset data = data(3000);
    Run run = Datasets.run(2);
    Folds folds = Fitted.alternating(3000, 4);
    Covariates covariates = Fitted.numeric(data, "x0", "x1", "x2", "x3");
    List<Target> targets = new ArrayList<>();
    for (int copy = 0; copy < 12; copy++) {
      targets.addAll(targets(data, Target.Kind.VALUE, false));
    }
    Learner ridge = Learners.parse("learner", "ridge(alpha=2)", Target.Kind.VALUE);
    List<OutOfFold> all = ridge.fitOutOfFold(run, data, covariates, targets, folds);
    double[][] shared = together(data, all);
    assertThat(all).hasSize(84);
    for (int t = 0; t < TARGETS; t++) {
      double[] alone =
          Datasets.collect(
              data,
              ridge.fitOutOfFold(run, data, covariates, List.of(targets.get(t)), folds).get(0)
                  ::predict);
      assertThat(shared[t]).containsExactly(alone, within(1e-12));
      assertThat(shared[77 + t]).containsExactly(alone, within(1e-12));
    }
  }

  /** One target is told by x0 alone: without penalty it has no optimum, and says so. */
  @Test
  void aSeparatedTargetIsFittedAlone() {
    Dataset some = data(2000);
    double[] x = Datasets.values(some, "x0");
    double[] split = new double[2000];
    for (int i = 0; i < 2000; i++) {
      split[i] = x[i] > 0 ? 1 : 0;
    }
    Dataset data = some.with(List.of(new io.whatif.data.Column.Numeric("split", "DOUBLE")), split);
    Run run = Datasets.run(2);
    Folds folds = Fitted.alternating(2000, 3);
    Covariates covariates = Fitted.numeric(data, "x0", "x1");
    List<Target> targets = new ArrayList<>(targets(data, Target.Kind.PROBABILITY, false));
    targets.add(3, new Target(data.schema().indexOf("split"), Target.Kind.PROBABILITY));
    List<OutOfFold> fitted =
        Learners.parse("learner", "logit", Target.Kind.PROBABILITY)
            .fitOutOfFold(run, data, covariates, targets, folds);
    assertThat(fitted.get(3).converged()).isFalse();
    assertThat(fitted.get(2).converged()).isTrue();
    assertThat(fitted.get(4).converged()).isTrue();
    double[][] chances = together(data, fitted);
    assertThat(java.util.Arrays.stream(chances[3]).allMatch(p -> p > 0 && p < 1)).isTrue();
    for (int i = 0; i < 2000; i++) {
      assertThat(Math.abs(x[i]) < .05 || Math.abs(chances[3][i] - split[i]) < .01).isTrue();
    }
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Dataset data = data(9000);
    Folds folds = Fitted.alternating(9000, 3);
    Covariates covariates = Fitted.numeric(data, "x0", "x1", "x2", "x3");
    List<Target> targets = targets(data, Target.Kind.PROBABILITY, false);
    Learner logit = Learners.parse("learner", "logit", Target.Kind.PROBABILITY);
    double[][] one =
        together(data, logit.fitOutOfFold(Datasets.run(1), data, covariates, targets, folds));
    double[][] seven =
        together(data, logit.fitOutOfFold(Datasets.run(7), data, covariates, targets, folds));
    assertThat(one).isDeepEqualTo(seven);
  }
}

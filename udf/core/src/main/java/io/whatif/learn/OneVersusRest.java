/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * The chance of each class against all others, over the sum of these.
 *
 * <p>Cost: as many fits of a 0/1 target as there are classes, in shared scans; 8 bytes a row and
 * class.
 */
record OneVersusRest(Learner learner) implements ClassLearner {
  @Override
  public String name() {
    return learner.name();
  }

  @Override
  public ClassProbabilities fitOutOfFold(
      Run run, Dataset data, Covariates covariates, ClassTarget target, Folds folds) {
    ClassCounts.check(run, data, target, folds);
    int classes = target.classes();
    long bytes = 8L * classes * data.rows();
    run.memory().take(bytes, "a column for each class");
    try {
      double[][] flags = new double[classes][Math.toIntExact(data.rows())];
      data.forEachBatch(run, batch -> flag(batch, target.column(), flags));
      List<Column> columns = new ArrayList<>();
      List<Target> targets = new ArrayList<>();
      for (int c = 0; c < classes; c++) {
        columns.add(new Column.Numeric(data.schema().column(target.column()).name(), "DOUBLE"));
        targets.add(new Target(data.schema().size() + c, Target.Kind.PROBABILITY, target.weight()));
      }
      List<OutOfFold> fitted =
          learner.fitOutOfFold(run, data.with(columns, flags), covariates, targets, folds);
      return new Shares(fitted);
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** Writes 1 where a row is in a class. */
  private static void flag(Batch batch, int column, double[][] flags) {
    double[] codes = batch.column(column);
    for (int r = 0; r < batch.rows(); r++) {
      flags[(int) codes[r]][(int) batch.firstRow() + r] = 1;
    }
  }

  private record Shares(List<OutOfFold> fitted) implements ClassProbabilities {
    @Override
    public int classes() {
      return fitted.size();
    }

    @Override
    public void predict(Batch batch, double[][] into) {
      for (int c = 0; c < fitted.size(); c++) {
        fitted.get(c).predict(batch, into[c]);
      }
      for (int r = 0; r < batch.rows(); r++) {
        double sum = 0;
        for (double[] chances : into) {
          sum += chances[r];
        }
        for (double[] chances : into) {
          chances[r] /= sum;
        }
      }
    }

    @Override
    public boolean converged() {
      return fitted.stream().allMatch(OutOfFold::converged);
    }

    @Override
    public String description() {
      List<String> all = fitted.stream().map(OutOfFold::description).distinct().toList();
      return "each against the rest: " + String.join(" | ", all);
    }
  }
}

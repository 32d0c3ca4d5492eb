/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of ridge (with a penalty that is chosen), spline and gbt the one whose out-of-fold predictions
 * lose least: of a value the squared error over its variance, of a probability the log-loss; of
 * several targets the sum. The simplest is taken of equals.
 *
 * <p>Edge cases: beyond {@value #COMPARED} rows a sample of so many is compared. Where XGBoost's
 * native library cannot be loaded, gbt is left out, which {@link Learners#lackTrees} tells.
 *
 * <p>Cost: that of all three, on at most so many rows.
 *
 * <p>Source: the discrete super learner of van der Laan, Polley and Hubbard 2007,
 * doi:10.2202/1544-6115.1309.
 *
 * @param learner the text of the chosen
 * @param told the losses of all, for the report
 */
record LearnerChoice(String learner, String told) {
  /** Rows that are compared at most. */
  static final long COMPARED = 20_000;

  static final String WITHOUT_TREES = "gbt cannot be loaded";

  /** Chooses one learner for all targets. */
  static LearnerChoice of(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    List<Comparison> all = compare(run, data, covariates, targets, folds);
    Comparison sum = all.get(0);
    for (int t = 1; t < all.size(); t++) {
      sum = sum.plus(all.get(t));
    }
    return sum.best();
  }

  /** The candidates: the simplest first. */
  private static List<Learner> candidates(boolean trees) {
    List<Learner> all = new ArrayList<>();
    all.add(PenalizedLearner.ridge());
    all.add(PenalizedLearner.spline());
    if (trees) {
      all.add(new TreeLearner(BoostedTrees.STANDARD));
    }
    return all;
  }

  /** Places in the dataset of what learners read. */
  private static Set<Integer> columns(Covariates covariates, List<Target> targets) {
    Set<Integer> columns = new TreeSet<>();
    covariates.columns().forEach(covariate -> columns.add(covariate.column()));
    for (Target target : targets) {
      columns.add(target.column());
      if (target.weight() != Target.UNWEIGHTED) {
        columns.add(target.weight());
      }
    }
    return columns;
  }

  /** Compares the candidates for each target, on all rows or on a sample of them. */
  static List<Comparison> compare(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    RowSample drawn = RowSample.of(data.rows(), COMPARED);
    Dataset rows =
        drawn.isAll() ? data : SampleTiles.sample(run, data, columns(covariates, targets), drawn);
    Folds parts = drawn.isAll() ? folds : folds.at(drawn);
    long bytes = rows.rows() * OutOfFoldRows.ROW_BYTES;
    run.memory().take(bytes, "the predictions that learners are compared by");
    try {
      boolean trees = TreeGrower.missing() == null;
      List<List<Candidate>> found = new ArrayList<>();
      targets.forEach(target -> found.add(new ArrayList<>()));
      List<Learner> candidates = candidates(trees);
      for (Learner learner : candidates) {
        double done = found.get(0).size();
        Run own = run.part("", done / candidates.size(), (done + 1) / candidates.size());
        List<OutOfFold> fitted = learner.fitOutOfFold(own, rows, covariates, targets, parts);
        for (int t = 0; t < fitted.size(); t++) {
          Target target = targets.get(t);
          double loss = OutOfFoldRows.of(run, rows, fitted.get(t), target).loss(target.kind());
          found.get(t).add(new Candidate(learner.name(), fitted.get(t), loss));
        }
      }
      return found.stream().map(each -> new Comparison(each, trees)).toList();
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** A learner, what it fitted to the rows compared, and its loss. */
  private record Candidate(String learner, OutOfFold fitted, double loss) {}

  /** The candidates of a target. */
  record Comparison(List<Candidate> candidates, boolean trees) {
    /** Of both targets together. */
    Comparison plus(Comparison other) {
      List<Candidate> sums = new ArrayList<>();
      for (int c = 0; c < candidates.size(); c++) {
        Candidate own = candidates.get(c);
        double loss = own.loss() + other.candidates().get(c).loss();
        sums.add(new Candidate(own.learner(), own.fitted(), loss));
      }
      return new Comparison(sums, trees);
    }

    private Candidate least() {
      Candidate least = candidates.get(0);
      for (Candidate candidate : candidates) {
        boolean known = !Double.isNaN(candidate.loss());
        if (known && (candidate.loss() < least.loss() || Double.isNaN(least.loss()))) {
          least = candidate;
        }
      }
      return least;
    }

    LearnerChoice best() {
      StringBuilder losses = new StringBuilder();
      for (Candidate candidate : candidates) {
        String name = candidate.learner().replaceAll("\\(.*", "");
        losses.append(losses.isEmpty() ? "" : ", ");
        losses.append(String.format(Locale.ROOT, "%s %.4f", name, candidate.loss()));
      }
      String absent = trees ? "" : "; " + WITHOUT_TREES;
      return new LearnerChoice(least().learner(), "auto (loss: " + losses + absent + ")");
    }

    /** The predictions of the best, of the rows that were compared. */
    OutOfFold fitted() {
      return least().fitted();
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Of ridge (with a penalty that is chosen), spline and gbt the one whose out-of-fold predictions
 * lose least: of a value the squared error, of a probability the log-loss. The choice is made once
 * for all folds, and for each target by itself; what is fitted is still fitted without each fold.
 *
 * <p>Cost: that of all three.
 *
 * <p>Source: the discrete super learner of van der Laan, Polley and Hubbard 2007,
 * doi:10.2202/1544-6115.1309.
 */
record AutoLearner() implements Learner {
  @Override
  public String name() {
    return "auto";
  }

  private record Candidate(String name, Learner learner) {}

  /** The simplest first: of equals it is taken. */
  private static List<Candidate> candidates() {
    return List.of(
        new Candidate("ridge", PenalizedLearner.ridge()),
        new Candidate("spline", PenalizedLearner.spline()),
        new Candidate("gbt", new TreeLearner(BoostedTrees.STANDARD)));
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    long bytes = data.rows() * OutOfFoldRows.ROW_BYTES;
    run.memory().take(bytes, "the predictions that learners are compared by");
    try {
      List<Choice> choices = new ArrayList<>();
      targets.forEach(target -> choices.add(new Choice()));
      for (Candidate candidate : candidates()) {
        List<OutOfFold> fitted =
            candidate.learner().fitOutOfFold(run, data, covariates, targets, folds);
        for (int t = 0; t < fitted.size(); t++) {
          Target target = targets.get(t);
          double loss = OutOfFoldRows.of(run, data, fitted.get(t), target).loss(target.kind());
          choices.get(t).offer(candidate.name(), fitted.get(t), loss);
        }
      }
      return choices.stream().map(Choice::made).toList();
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** The best so far for one target. */
  private static final class Choice {
    private final List<OutOfFold> best = new ArrayList<>();
    private final StringBuilder losses = new StringBuilder();
    private double least = Double.NaN;

    void offer(String name, OutOfFold fitted, double loss) {
      losses
          .append(losses.isEmpty() ? "" : ", ")
          .append(name)
          .append(String.format(Locale.ROOT, " %.4f", loss));
      if (best.isEmpty() || loss < least || (Double.isNaN(least) && !Double.isNaN(loss))) {
        best.clear();
        best.add(fitted);
        least = loss;
      }
    }

    OutOfFold made() {
      return new Chosen(best.get(0), losses.toString());
    }
  }

  /** The fit that was chosen. */
  private record Chosen(OutOfFold fit, String losses) implements OutOfFold {
    @Override
    public void predict(Batch batch, double[] into) {
      fit.predict(batch, into);
    }

    @Override
    public Predictor predictor(int fold) {
      return fit.predictor(fold);
    }

    @Override
    public boolean converged() {
      return fit.converged();
    }

    @Override
    public String description() {
      return "auto (loss: " + losses + "): " + fit.description();
    }
  }
}

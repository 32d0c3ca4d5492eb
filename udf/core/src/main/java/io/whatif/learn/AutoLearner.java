/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.List;

/**
 * The learner that {@link LearnerChoice} takes, for each target by itself. The choice is made once
 * for all folds; what is fitted is still fitted without each fold.
 */
record AutoLearner() implements Learner {
  @Override
  public String name() {
    return "auto";
  }

  @Override
  public List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    List<LearnerChoice.Comparison> compared =
        LearnerChoice.compare(run, data, covariates, targets, folds);
    List<OutOfFold> all = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      LearnerChoice choice = compared.get(t).best();
      if (data.rows() <= LearnerChoice.COMPARED) {
        all.add(new Chosen(compared.get(t).fitted(), choice.told()));
      } else {
        List<Target> target = List.of(targets.get(t));
        all.addAll(settled(choice).fitOutOfFold(run, data, covariates, target, folds));
      }
    }
    return all;
  }

  @Override
  public boolean isSettled() {
    return false;
  }

  @Override
  public Learner settled(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    return settled(LearnerChoice.of(run, data, covariates, targets, folds));
  }

  private static Learner settled(LearnerChoice choice) {
    // the candidates predict values and chances alike
    Learner learner = Learners.parse("auto", choice.learner(), Target.Kind.VALUE);
    return new Settled(learner, choice.told());
  }

  /** The learner chosen, which tells the choice. */
  private record Settled(Learner learner, String told) implements Learner {
    @Override
    public String name() {
      return learner.name();
    }

    @Override
    public List<OutOfFold> fitOutOfFold(
        Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
      return learner.fitOutOfFold(run, data, covariates, targets, folds).stream()
          .<OutOfFold>map(fit -> new Chosen(fit, told))
          .toList();
    }
  }

  /** The fit that was chosen. */
  private record Chosen(OutOfFold fit, String told) implements OutOfFold {
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
      return told + ": " + fit.description();
    }
  }
}

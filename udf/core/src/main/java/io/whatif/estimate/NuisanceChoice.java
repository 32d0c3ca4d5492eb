/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The learners that a call uses where {@code auto} is asked for: chosen once for the outcome and
 * once for the treatment, with the folds of the call's seed, and then fitted in all its
 * repetitions, arms and resamples. The outcome's is the one that predicts the outcomes of all arms
 * best; several arms' the one that loses least over all of them.
 */
final class NuisanceChoice {
  private NuisanceChoice() {}

  /** What decides a choice. */
  private record Key(Study.Problem study, String outcome, String learner, int folds, long seed) {
    @Override
    public int hashCode() { // as of the problem: what the JVM makes for a record takes it long
      return 31 * study.hashCode() + outcome.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && study.equals(key.study)
          && outcome.equals(key.outcome)
          && learner.equals(key.learner)
          && folds == key.folds
          && seed == key.seed;
    }
  }

  private static Key key(
      Run run, Study study, FitOptions options, String outcome, Learner learner) {
    return new Key(study.problem(run), outcome, learner.name(), options.folds(), options.seed());
  }

  /** The learner of the outcome. */
  static Learner outcome(Run run, Study study, FitOptions options) {
    Learner learner =
        Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
    if (learner.isSettled()) {
      return learner;
    }
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn());
    return run.once(
        key(run, study, options, study.outcome(), learner),
        () -> settled(run, study, options, new Wanted(learner, study.data(), List.of(target))));
  }

  /** The learner of the treatment, whether a value, a chance or one of several arms. */
  static Learner treatment(Run run, Study study, FitOptions options) {
    Target.Kind kind = study.treatment().continuous() ? Target.Kind.VALUE : Target.Kind.PROBABILITY;
    Learner learner = Learners.parse("treatment_learner", options.treatmentLearner(), kind);
    return learner.isSettled()
        ? learner
        : run.once(
            key(run, study, options, "", learner), () -> ofTreatment(run, study, options, learner));
  }

  /** The learner of an instrument. */
  static Learner instrument(Run run, Study study, FitOptions options, Target target) {
    String own = options.own().text(ForestOptions.INSTRUMENT_LEARNER).strip();
    Learner learner =
        Learners.parse(
            ForestOptions.INSTRUMENT_LEARNER.name(),
            own.isEmpty() ? options.treatmentLearner() : own,
            target.kind());
    return learner.isSettled()
        ? learner
        : run.once(
            key(run, study, options, "instrument " + target.column(), learner),
            () -> settled(run, study, options, new Wanted(learner, study.data(), List.of(target))));
  }

  /** What is to be settled for which targets of which data. */
  private record Wanted(Learner learner, Dataset data, List<Target> targets) {}

  private static Learner ofTreatment(Run run, Study study, FitOptions options, Learner learner) {
    Treatment treatment = study.treatment();
    if (treatment.kind() != Treatment.Kind.ARMS) {
      Target.Kind kind = treatment.binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
      Target target = new Target(Study.TREATMENT, kind, study.weightColumn());
      return settled(run, study, options, new Wanted(learner, study.data(), List.of(target)));
    }
    double[] d = study.column(run, Study.TREATMENT);
    int arms = treatment.arms().size();
    run.memory().take(8L * arms * d.length, "a column for each arm");
    try {
      double[][] flags = new double[arms][d.length];
      List<Column> columns = new ArrayList<>();
      List<Target> targets = new ArrayList<>();
      for (int i = 0; i < d.length; i++) {
        flags[(int) d[i]][i] = 1;
      }
      for (int arm = 0; arm < arms; arm++) {
        columns.add(new Column.Numeric(treatment.column(), "DOUBLE"));
        int place = study.data().schema().size() + arm;
        targets.add(new Target(place, Target.Kind.PROBABILITY, study.weightColumn()));
      }
      Dataset data = study.data().with(columns, flags);
      return settled(run, study, options, new Wanted(learner, data, targets));
    } finally {
      run.memory().giveBack(8L * arms * d.length);
    }
  }

  private static Learner settled(Run run, Study study, FitOptions options, Wanted wanted) {
    Folds folds = CrossFit.folds(run, study, options, options.seed());
    return wanted
        .learner()
        .settled(run, wanted.data(), study.covariates(), wanted.targets(), folds);
  }

  /** The options with the learners that are chosen, for resamples. */
  static FitOptions settled(Run run, Study study, FitOptions options) {
    return options.withLearners(
        outcome(run, study, options).name(), treatment(run, study, options).name());
  }
}

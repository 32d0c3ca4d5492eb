/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The predictions of all outcomes and treatments of an {@link EffectGrid}, fitted together. */
final class GridNuisances {
  private final Run run;
  private final EffectGrid.Question question;
  private final FitOptions options;
  private final EachSettled settled = new EachSettled();

  GridNuisances(Run run, EffectGrid.Question question, FitOptions options) {
    this.run = run;
    this.question = question;
    this.options = options;
  }

  /** How a target is predicted, or why it cannot be. */
  record Fitted(@Nullable OutOfFold model, @Nullable WhatifException refusal) {
    OutOfFold predictions() {
      if (model == null) {
        throw new IllegalStateException("a target that was refused is predicted");
      }
      return model;
    }

    boolean converged() {
      return predictions().converged();
    }

    String text(String target) {
      return target + ": " + predictions().description();
    }
  }

  Fitted[] outcomes(Run part, Folds folds) {
    Learner learner =
        Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
    List<Target> targets = new ArrayList<>();
    for (EffectGrid.Measured outcome : question.outcomes()) {
      targets.add(new Target(outcome.column(), Target.Kind.VALUE, question.base().weightColumn()));
    }
    return fit(part, learner, targets, folds).stream()
        .map(model -> new Fitted(model, null))
        .toArray(Fitted[]::new);
  }

  private List<OutOfFold> fit(Run part, Learner learner, List<Target> targets, Folds folds) {
    Study base = question.base();
    return settled.fit(
        new EachSettled.Ground(part, base.data(), base.covariates()), learner, targets, folds);
  }

  /** Fits all treatments of a kind together, but for those that a fold keeps from being fitted. */
  Fitted[] treatments(Run part, Folds folds) {
    Fitted[] fitted = new Fitted[question.treatments().size()];
    boolean[] alone = ArmsByFold.lacking(run, question, folds);
    for (Target.Kind kind : Target.Kind.values()) {
      int[] places =
          IntStream.range(0, fitted.length)
              .filter(t -> question.treatments().get(t).kind() == kind)
              .toArray();
      if (places.length == 0) {
        continue;
      }
      Learner learner = Learners.parse("treatment_learner", options.treatmentLearner(), kind);
      int[] common = Arrays.stream(places).filter(t -> !alone[t]).toArray();
      List<Target> targets = Arrays.stream(common).mapToObj(t -> target(t)).toList();
      List<OutOfFold> models = targets.isEmpty() ? List.of() : fit(part, learner, targets, folds);
      for (int i = 0; i < common.length; i++) {
        fitted[common[i]] = new Fitted(models.get(i), null);
      }
      for (int t : places) {
        if (alone[t]) {
          fitted[t] = alone(part, learner, t, folds);
        }
      }
    }
    return fitted;
  }

  private Fitted alone(Run part, Learner learner, int treatment, Folds folds) {
    try {
      return new Fitted(fit(part, learner, List.of(target(treatment)), folds).get(0), null);
    } catch (WhatifException e) {
      if (!EffectGrid.OF_ROWS.contains(e.code())) {
        throw e;
      }
      return new Fitted(null, e);
    }
  }

  private Target target(int treatment) {
    return new Target(
        question.treatments().get(treatment).column(),
        question.treatments().get(treatment).kind(),
        question.base().weightColumn());
  }

  /** The predictions of some targets for all rows. */
  double[][] predict(int[] places, Fitted[] fitted, int rows) {
    return CrossFit.values(
        run,
        question.base().data(),
        Arrays.stream(places).mapToObj(t -> fitted[t].predictions()).toList());
  }
}

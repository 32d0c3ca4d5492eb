/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.Target;
import io.whatif.model.LearnedCate;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A method that makes the effect out of what was predicted of each arm. */
interface EffectLearner extends Estimator {
  /** Makes the effect of an arm against the control. */
  LearnedEffect learn(Ground ground, int arm);

  /** Whether one model predicts the outcomes of all arms. */
  default boolean joint() {
    return false;
  }

  @Override
  default List<Option> options() {
    return EffectOptions.LEARNED;
  }

  @Override
  default Fit fit(Run run, Study study, FitOptions options) {
    return fitArms(run, study, options).fits().get(0);
  }

  @Override
  default ArmFits fitArms(Run run, Study study, FitOptions options) {
    ArmNuisances.checkTreatment(study, name());
    EffectOptions.checkLearned(options, name());
    return new DoublyRobust(run, study, options, joint()).learned(this);
  }

  /**
   * What an effect is learned from.
   *
   * @param nuisances the predictions of each arm
   * @param pseudo the pseudo-outcomes
   * @param complete whether each row has all features
   */
  record Ground(
      Run run,
      Study study,
      FitOptions options,
      ArmNuisances nuisances,
      PseudoOutcomes pseudo,
      boolean[] complete) {

    /** The learner of the option {@code final}, or that of outcomes. */
    Learner learner() {
      return finalLearner(options);
    }

    /** What each row counts that is kept, 0 for the others. */
    double[] weights(Kept kept) {
      double[] weights = new double[complete.length];
      Arrays.setAll(weights, i -> kept.holds(i) ? study.weight(i) : 0);
      return weights;
    }

    /** The effect that best predicts a number of each row from the features alone. */
    LearnedEffect project(double[] target) {
      return project(target, null);
    }

    /**
     * The same of a number that was itself predicted from outcomes.
     *
     * @param without the number of each row, made of nothing that saw a fold
     */
    LearnedEffect project(double[] target, @Nullable IntFunction<double[]> without) {
      FeatureLearner.Learned learned =
          FeatureLearner.byFeatures(study, options, learner())
              .fit(
                  run,
                  study,
                  nuisances.folds,
                  FeatureLearner.Wanted.value(target, weights(i -> complete[i])),
                  without);
      List<Integer> inputs = IntStream.range(0, study.features().size()).boxed().toList();
      return new LearnedEffect(
          learned.values(),
          List.of(new LearnedCate.Part(1, null, learned.whole(), inputs, 0)),
          "effect: " + learned.description(),
          learned.converged());
    }
  }

  /** Which rows something is fitted to. */
  interface Kept {
    boolean holds(int row);
  }

  /**
   * An effect by learners.
   *
   * @param values the effect of each row by models that did not see its fold
   * @param parts the model for new rows
   * @param learners what was fitted beyond the nuisances, null if nothing
   * @param converged whether that reached its optimum
   */
  record LearnedEffect(
      double[] values,
      List<LearnedCate.Part> parts,
      @Nullable String learners,
      boolean converged) {}

  /** The learner of the option {@code final}, or that of outcomes where it is left out. */
  static Learner finalLearner(FitOptions options) {
    String text = EffectOptions.last(options, "");
    return text.isEmpty()
        ? Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE)
        : Learners.parse("final", text, Target.Kind.VALUE);
  }

  /** Whether the effect may vary with all that is adjusted for. */
  static boolean allAreFeatures(Study study) {
    return study.covariates().columns().size() == study.features().size();
  }
}

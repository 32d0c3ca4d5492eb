/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.learn.ClassProbabilities;
import io.whatif.learn.ClassTarget;
import io.whatif.learn.Folds;
import io.whatif.learn.Learners;
import java.util.Arrays;

/**
 * The propensity of each arm, \( \hat p_a(X, W) \), out of fold. Never changed.
 *
 * @param values for each arm, the propensity of each row, not clipped
 */
record ArmPropensities(double[][] values, String description, boolean converged) {
  /** Of two arms, that of the treated given. */
  static ArmPropensities ofTwo(double[] treated, String description, boolean converged) {
    double[] untreated = new double[treated.length];
    Arrays.setAll(untreated, i -> 1 - treated[i]);
    return new ArmPropensities(new double[][] {untreated, treated}, description, converged);
  }

  /**
   * The propensity of each arm: of two that of the treated and one less it; of several as {@link
   * Learners#classes} has it.
   */
  static ArmPropensities of(Run run, Study study, FitOptions options, CrossFit.Parts parts) {
    int arms = study.treatment().arms().size();
    if (arms == 2) {
      CrossFit.Predictions treated = NuisanceFits.treatment(run, study, options, parts);
      return ofTwo(treated.values().toArray(), treated.description(), treated.converged());
    }
    return ofSeveral(run.part("treatment", 0, 1), study, options, parts.folds());
  }

  /** Those of the arms of a treatment with several, one by one. */
  static CrossFit.Predictions[] ofArms(Run run, Study study, FitOptions options, Folds folds) {
    ArmPropensities found = ofSeveral(run, study, options, folds);
    CrossFit.Predictions[] all = new CrossFit.Predictions[found.values().length];
    Arrays.setAll(
        all,
        arm ->
            new CrossFit.Predictions(found.values()[arm], found.description(), found.converged()));
    return all;
  }

  private static ArmPropensities ofSeveral(Run run, Study study, FitOptions options, Folds folds) {
    int arms = study.treatment().arms().size();
    ClassProbabilities fitted =
        Learners.classes(
                "treatment_learner",
                options.treatmentLearner(),
                NuisanceChoice.treatment(run, study, options))
            .fitOutOfFold(
                run,
                study.data(),
                study.covariates(),
                new ClassTarget(Study.TREATMENT, arms, study.weightColumn()),
                folds);
    double[][] values = new double[arms][Math.toIntExact(study.rows())];
    study
        .data()
        .forEachBatch(
            run,
            batch -> {
              double[][] chances = new double[arms][batch.rows()];
              fitted.predict(batch, chances);
              for (int arm = 0; arm < arms; arm++) {
                int first = (int) batch.firstRow();
                System.arraycopy(chances[arm], 0, values[arm], first, batch.rows());
              }
            });
    return new ArmPropensities(values, fitted.description(), fitted.converged());
  }
}

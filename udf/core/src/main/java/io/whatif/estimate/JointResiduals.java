/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.Target;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Outcome and several treatments as predicted out of fold.
 *
 * @param outcome the predicted outcome of each row
 * @param treatments the residuals \( v_j = D_j - \hat e_j \)
 * @param parts what they were predicted for
 * @param fit what predicted them
 * @param gram weighted products of the treatments' residuals and of the outcome's, in this order
 */
record JointResiduals(
    double[] outcome, double[][] treatments, Treated parts, CrossFit.Fitted fit, Gram gram) {
  private static final int BLOCK = 256;

  /** Treatments, and the folds of their rows. */
  record Treated(JointDml.Question question, Folds folds) {}

  Folds folds() {
    return parts.folds();
  }

  /**
   * Predicts them.
   *
   * @param study whose last columns are the treatments
   */
  static JointResiduals of(Run run, Study study, FitOptions options, Treated parts) {
    List<CrossFit.Predictions> expected = new ArrayList<>();
    JointDml.Question question = parts.question();
    int count = question.treatments().size();
    if (question.isOfArms()) {
      double[] codes = CrossFit.column(run, study, Study.TREATMENT);
      ArmNuisances.checkArms(study, codes, parts.folds());
      CrossFit.Predictions[] arms = ArmNuisances.ofArms(run, study, options, parts.folds());
      expected.addAll(Arrays.asList(arms).subList(1, arms.length));
    } else {
      int first = study.data().schema().size() - count;
      for (int j = 0; j < count; j++) {
        boolean binary = question.treatments().get(j).binary();
        Target.Kind kind = binary ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
        Learner learner = Learners.parse("treatment_learner", options.treatmentLearner(), kind);
        Target target = new Target(first + j, kind, study.weightColumn());
        expected.add(CrossFit.fit(run, study, learner, target, parts.folds()));
      }
    }
    Learner learner =
        Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn());
    CrossFit.Predictions mean = CrossFit.fit(run, study, learner, target, parts.folds());
    double[][] residuals = new double[count][mean.values().length];
    for (int j = 0; j < count; j++) {
      for (int i = 0; i < residuals[j].length; i++) {
        residuals[j][i] = question.values()[j][i] - expected.get(j).values()[i];
      }
    }
    double[] y = CrossFit.column(run, study, Study.OUTCOME);
    return new JointResiduals(
        mean.values(),
        residuals,
        parts,
        fitted(mean, expected, question),
        products(study, y, mean.values(), residuals));
  }

  private static CrossFit.Fitted fitted(
      CrossFit.Predictions mean, List<CrossFit.Predictions> expected, JointDml.Question question) {
    boolean converged = mean.converged();
    List<String> names = new ArrayList<>(List.of(mean.names("outcome")));
    for (int j = 0; j < expected.size(); j++) {
      CrossFit.Predictions own = expected.get(j);
      converged &= own.converged();
      String name = question.isOfArms() ? "treatment" : question.treatments().get(j).column();
      if (j == 0 || !question.isOfArms()) {
        names.add(own.names(name));
      }
    }
    return new CrossFit.Fitted(String.join("; ", names), converged);
  }

  /** Sums in row order. */
  private static Gram products(Study study, double[] y, double[] mean, double[][] v) {
    int width = v.length + 1;
    Gram gram = new Gram(width);
    double[] block = new double[BLOCK * width];
    double[] weights = new double[BLOCK];
    for (int from = 0; from < y.length; from += BLOCK) {
      int rows = Math.min(BLOCK, y.length - from);
      for (int r = 0; r < rows; r++) {
        for (int j = 0; j < v.length; j++) {
          block[r * width + j] = v[j][from + r];
        }
        block[r * width + v.length] = y[from + r] - mean[from + r];
        weights[r] = study.weight(from + r);
      }
      gram.add(block, weights, rows);
    }
    return gram;
  }

  /**
   * Outcome and one treatment with the others among what predicts them: \( \hat m + \sum_l \pi_l
   * v_l \) and \( \hat e_j + \sum_l \gamma_l v_l \), coefficients by least squares on the residuals
   * of the others. By Frisch, Waugh and Lovell the regression of what is left of the one on what is
   * left of the other is the joint regression's coefficient.
   */
  CrossFit withoutOthers(int treatment) {
    int others = treatments.length - 1;
    double[] m = outcome.clone();
    double[] e = new double[m.length];
    Arrays.setAll(e, i -> parts.question().values()[treatment][i] - treatments[treatment][i]);
    if (others == 0) {
      return new CrossFit(m, e, folds(), fit);
    }
    int[] order = new int[others + 2];
    for (int l = 0; l < others; l++) {
      order[l] = l < treatment ? l : l + 1;
    }
    order[others] = treatment;
    order[others + 1] = treatments.length;
    Gram own = new Gram(order.length);
    for (int a = 0; a < order.length; a++) {
      for (int b = 0; b <= a; b++) {
        own.set(a, b, gram.get(order[a], order[b]));
      }
    }
    PseudoInverse bread = PseudoInverse.of(own, others);
    double[] ofTreatment = bread.solve(own, others);
    double[] ofOutcome = bread.solve(own, others + 1);
    for (int l = 0; l < others; l++) {
      double[] v = treatments[order[l]];
      for (int i = 0; i < m.length; i++) {
        m[i] += ofOutcome[l] * v[i];
        e[i] += ofTreatment[l] * v[i];
      }
    }
    return new CrossFit(m, e, folds(), fit);
  }
}

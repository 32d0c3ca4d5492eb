/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Run;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Outcome and several treatments as predicted out of fold.
 *
 * @param outcome the predicted outcome of each row
 * @param treatments the residuals \( v_j = D_j - \hat e_j \)
 * @param parts what they were predicted for
 * @param fit what predicted them
 */
record JointResiduals(double[] outcome, double[][] treatments, Treated parts, CrossFit.Fitted fit) {
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
      double[] codes = study.column(run, Study.TREATMENT);
      FoldArms.checkArms(run, study, codes, parts.folds());
      CrossFit.Predictions[] arms = ArmPropensities.ofArms(run, study, options, parts.folds());
      expected.addAll(Arrays.asList(arms).subList(1, arms.length));
    } else {
      int first = study.data().schema().size() - count;
      for (int j = 0; j < count; j++) {
        Study own = of(study, question.treatments().get(j), first + j);
        boolean binary = own.treatment().binary();
        Target.Kind kind = binary ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
        Learner learner = NuisanceChoice.treatment(run, own, options);
        Target target = new Target(Study.TREATMENT, kind, own.weightColumn());
        expected.add(CrossFit.fit(run, own, learner, target, parts.folds()));
      }
    }
    Learner learner = NuisanceChoice.outcome(run, study, options);
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn());
    CrossFit.Predictions mean = CrossFit.fit(run, study, learner, target, parts.folds());
    double[] outcome = mean.values().toArray();
    double[][] residuals = new double[count][outcome.length];
    for (int j = 0; j < count; j++) {
      double[] own = expected.get(j).values().toArray();
      for (int i = 0; i < own.length; i++) {
        residuals[j][i] = question.values()[j][i] - own[i];
      }
    }
    return new JointResiduals(outcome, residuals, parts, fitted(mean, expected, question));
  }

  /** The study of the treatment that stands in a column. */
  private static Study of(Study study, Treatment treatment, int column) {
    int[] places = IntStream.range(0, study.data().schema().size()).toArray();
    places[Study.TREATMENT] = column;
    return study.with(study.data().select(places), treatment);
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

  /**
   * The study with these residuals behind its columns.
   *
   * @param study whose rows were predicted
   */
  Study behind(Study study) {
    List<Column> names = new ArrayList<>();
    for (int j = 0; j < treatments.length; j++) {
      names.add(new Column.Numeric("", "DOUBLE"));
    }
    return study.with(study.data().with(names, treatments));
  }

  /**
   * Outcome and one treatment with the effects of the others among what predicts them: what a
   * regression of both residuals on all \( \phi(x) v_l \) of the others fits is added to their
   * predictions. By Frisch, Waugh and Lovell the regression of what is left of the one on what is
   * left of the other has the coefficient of a joint regression in which this treatment has one
   * effect. Rows that lack a feature keep their predictions. Two scans.
   *
   * @param wide as {@link #behind} gives it
   */
  CrossFit withoutOthers(Run run, Study wide, EffectBasis phi, int treatment) {
    double[] m = outcome.clone();
    double[] e = new double[m.length];
    Arrays.setAll(e, i -> parts.question().values()[treatment][i] - treatments[treatment][i]);
    int first = wide.data().schema().size() - treatments.length;
    int[] others =
        IntStream.range(0, treatments.length)
            .filter(j -> j != treatment)
            .map(j -> first + j)
            .toArray();
    if (others.length > 0) {
      EffectBasis terms = phi.times(others);
      FinalStage stage = FinalStage.of(run, wide, new Both(this, treatment), terms);
      wide.data()
          .forEachBatch(
              run,
              batch -> {
                double[][] z = terms.fill(batch);
                boolean[] complete = EffectBasis.complete(z, batch.rows());
                for (int i = 0; i < complete.length; i++) {
                  int row = (int) batch.firstRow() + i;
                  m[row] += complete[i] ? FinalStage.effect(z, i, stage.beta, 0) : 0;
                  e[row] += complete[i] ? FinalStage.effect(z, i, stage.beta, 1) : 0;
                }
              });
    }
    return new CrossFit(m, e, folds(), fit);
  }

  /** The residuals of the outcome and of one treatment, to be regressed on those of the others. */
  private record Both(JointResiduals residuals, int treatment) implements Response {
    @Override
    public Folds folds() {
      return residuals.folds();
    }

    @Override
    public int count() {
      return 2;
    }

    @Override
    public Values at(Batch batch) {
      int from = (int) batch.firstRow();
      double[] v = Arrays.copyOfRange(residuals.treatments[treatment], from, from + batch.rows());
      double[] ones = new double[batch.rows()];
      Arrays.fill(ones, 1);
      double[] u = new OutcomeResidual(residuals.outcome, residuals.folds()).of(batch);
      return new Values(new double[][] {u, v}, ones, new double[0][]);
    }
  }
}

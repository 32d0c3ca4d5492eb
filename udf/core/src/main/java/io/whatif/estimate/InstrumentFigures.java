/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.BootstrapInterval;
import io.whatif.inference.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is reported beside an effect by an instrument, and the doubts that follow from it. */
final class InstrumentFigures {
  /** Below this effective F the bias may exceed a tenth of the worst; see {@link FirstStage}. */
  private static final double WEAK = 23;

  /** Below this share of its variance left by the covariates an instrument has little to tell. */
  private static final double LITTLE = 0.05;

  private final Study study;
  private final Medians medians;
  private final InstrumentRepetition first;
  private final FirstStage stage;
  private final double level;
  private final Map<String, @Nullable Object> figures = new LinkedHashMap<>();
  private final List<Warning> warnings = new ArrayList<>();

  /**
   * The figures.
   *
   * @param first the first repetition, which figures of rows are of
   * @param stage the medians over all
   */
  InstrumentFigures(
      Study study,
      FitOptions options,
      Medians medians,
      InstrumentRepetition first,
      FirstStage stage) {
    this.study = study;
    this.medians = medians;
    this.first = first;
    this.stage = stage;
    this.level = options.level();
    counts();
    InfluenceFigures.add(influence().concentration(), figures, warnings);
    figures.put("split_sd", medians.spreads().average());
    figures.put("outcome_r2", 1 - share(first.rows().outcome(), first.rows().y()));
    if (study.treatment().continuous()) {
      figures.put("treatment_r2", 1 - share(first.rows().treatment(), first.rows().d()));
    }
    strength();
    doubts();
    StudyWarnings.addLearners(first.learners(), warnings);
    StudyWarnings.add(study, options, warnings);
  }

  Map<String, @Nullable Object> figures() {
    return figures;
  }

  /** The figures as rows; what is told of single controls holds for unconfounded treatments. */
  List<Map<String, @Nullable Object>> explain() {
    return ControlRows.explain(figures, List.of());
  }

  /** The worst first. */
  List<Warning> warnings() {
    return warnings.stream().sorted(Warning.WORST_FIRST).toList();
  }

  /** The test that holds for weak instruments, with its interval, and the first stage. */
  List<Effect> tests(EffectRows rows) {
    Effect.Basis basis = new Effect.Basis(rows.count(), Double.NaN);
    Effect test =
        new Effect(
            "anderson-rubin",
            Effect.Kind.TEST,
            "the effect is 0, however weak the instrument",
            new Estimate(stage.statistic(), Double.NaN),
            stage.pValue(),
            1,
            basis,
            new BootstrapInterval(end(stage.lower()), end(stage.upper()), Double.NaN));
    Effect strength =
        new Effect(
            "first stage",
            Effect.Kind.TEST,
            "robust F of the instrument; weak below 23",
            new Estimate(stage.f(), Double.NaN),
            Double.NaN,
            1,
            basis);
    return List.of(test, strength);
  }

  /** NaN where there is no end. */
  private static double end(double end) {
    return Double.isInfinite(end) ? Double.NaN : end;
  }

  private void warn(String code, Severity severity, String format, Object... values) {
    warnings.add(new Warning(code, severity, String.format(Locale.ROOT, format, values)));
  }

  private void counts() {
    figures.put("n", study.count());
    figures.put("n_dropped", study.dropped());
    figures.put("n_effect", study.count());
    figures.put("learners", first.learners());
    figures.put("cov", medians.cov());
    figures.put("reps", (long) medians.reps());
    if (study.treatment().binary()) {
      long treated = 0;
      long all = 0;
      double[] d = first.rows().d();
      for (int i = 0; i < d.length; i++) {
        treated += d[i] == 1 && study.weight(i) > 0 ? 1 : 0;
        all += study.weight(i) > 0 ? 1 : 0;
      }
      figures.put("n_treated", treated);
      figures.put("n_control", all - treated);
    }
  }

  /** How far each row pulls the average. */
  private Influence influence() {
    InstrumentRepetition.Rows rows = first.rows();
    double theta = first.estimates().get(0).average().value();
    int n = rows.y().length;
    double zv = 0;
    for (int i = 0; i < n; i++) {
      zv += study.weight(i) * rows.instrument()[i] * rows.treatment()[i];
    }
    double[] pull = new double[n];
    double[] slope = new double[n];
    for (int i = 0; i < n; i++) {
      slope[i] = rows.instrument()[i] / zv;
      pull[i] = slope[i] * (rows.outcome()[i] - theta * rows.treatment()[i]);
    }
    return Influence.of(study, RowGroup.all(study), pull, slope);
  }

  /** The share of a column's squares about its mean that its residuals have. */
  private double share(double[] residuals, double[] values) {
    double squares = 0;
    for (int i = 0; i < residuals.length; i++) {
      squares += study.weight(i) * residuals[i] * residuals[i];
    }
    return squares / InstrumentRepetition.squares(study, values);
  }

  private void strength() {
    figures.put("first_stage_f", stage.f());
    figures.put("ar_lower", end(stage.lower()));
    figures.put("ar_upper", end(stage.upper()));
    figures.put("ar_p_value", stage.pValue());
    if (!(stage.f() >= WEAK)) {
      warn(
          "weak_instrument",
          stage.bounded() ? Severity.CAUTION : Severity.SEVERE,
          "the instrument hardly moves the treatment (robust F %.1f, 23 is asked): estimates lean towards the biased ones and their intervals are too narrow; the Anderson-Rubin set at %.0f%% holds whatever F is: %s",
          stage.f(),
          100 * level,
          set());
    }
  }

  private String set() {
    double[] gap = stage.gap();
    if (stage.bounded()) {
      return String.format(Locale.ROOT, "%.4g to %.4g", stage.lower(), stage.upper());
    }
    if (gap != null) {
      return String.format(Locale.ROOT, "all numbers up to %.4g and from %.4g on", gap[0], gap[1]);
    }
    return "it has no bounds";
  }

  private void doubts() {
    if (first.rows().left() < LITTLE) {
      warn(
          "instrument_predictable",
          Severity.CAUTION,
          "covariates explain %.0f%% of the instrument: little of it is left to compare",
          100 * (1 - first.rows().left()));
    }
    if (!first.rows().converged()) {
      warn(
          "not_converged",
          Severity.SEVERE,
          "a nuisance model did not converge, as when controls decide the treatment or the instrument: check for a control that repeats it");
    }
    warn(
        "instrument_assumed",
        Severity.INFO,
        "no data tell whether the instrument moves the outcome through the treatment alone, and nobody away from it: the effect is of those whom it moves, and only if so");
  }
}

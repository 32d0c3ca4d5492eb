/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;
import static io.whatif.function.SqlType.VARCHAR_LIST;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.Effect;
import io.whatif.estimate.Estimators;
import io.whatif.estimate.Fit;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.Warning;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fits an effect, keeps it as a model, and tells in one row what was fitted and how well. */
final class CateFit implements Body.Summary {
  private static final Argument MODEL =
      Argument.required("model", Argument.Type.TEXT, "The name to keep the model under.");
  static final Argument IF_EXISTS =
      Argument.optional(
              "if_exists",
              Argument.Type.WORD,
              "What to do when the name is taken: error, replace (a new version), or skip (fit"
                  + " nothing, give the stored report).")
          .withChoices("error", "replace", "skip")
          .withDefault("error");

  /** The figures of the fit that are numbers, by the names the estimators report them under. */
  static final List<ResultColumn> FIGURES =
      List.of(
          new ResultColumn("n", BIGINT, "rows used"),
          new ResultColumn("n_dropped", BIGINT, "rows left out"),
          new ResultColumn("n_effect", BIGINT, "rows with all features"),
          new ResultColumn("n_treated", BIGINT, "treated rows"),
          new ResultColumn("n_control", BIGINT, "untreated rows"),
          new ResultColumn(
              "n_effective", DOUBLE, "rows (or ids or clusters) that carry the estimate"),
          new ResultColumn(
              "top10_shift",
              DOUBLE,
              "pull of the ten most influential rows (or ids or clusters), in standard errors"),
          new ResultColumn("split_sd", DOUBLE, "standard deviation over repetitions"),
          new ResultColumn("outcome_r2", DOUBLE, "out-of-fold R2 of the outcome model"),
          new ResultColumn("treatment_auc", DOUBLE, "out-of-fold AUC of the propensity"),
          new ResultColumn("treatment_r2", DOUBLE, "out-of-fold R2 of a continuous treatment"),
          new ResultColumn("treatment_log_loss", DOUBLE, "out-of-fold log-loss of the propensity"),
          new ResultColumn(
              "treatment_residual_share",
              DOUBLE,
              "share of a continuous treatment that controls do not explain"),
          new ResultColumn(
              "linearity_p", DOUBLE, "p-value that a continuous treatment acts in a straight line"),
          new ResultColumn("e_min", DOUBLE, "smallest propensity"),
          new ResultColumn("e_p01", DOUBLE, "its 1% quantile"),
          new ResultColumn("e_p99", DOUBLE, "its 99% quantile"),
          new ResultColumn("e_max", DOUBLE, "largest propensity"),
          new ResultColumn("share_clipped", DOUBLE, "share of propensities outside 0.01..0.99"),
          new ResultColumn("ess_treated", DOUBLE, "effective sample size of the treated, weighted"),
          new ResultColumn(
              "ess_control", DOUBLE, "effective sample size of the untreated, weighted"),
          new ResultColumn(
              "max_weight_share", DOUBLE, "largest share one row has of an arm's weight"),
          new ResultColumn("max_smd_raw", DOUBLE, "largest standardized mean difference"),
          new ResultColumn("max_smd_weighted", DOUBLE, "the same after weighting"),
          new ResultColumn(
              "robustness_value",
              DOUBLE,
              "partial R2 an unseen confounder needs to explain the effect away; of cate_fit the constant (overlap-weighted) one"),
          new ResultColumn(
              "misfit_shift",
              DOUBLE,
              "how far a missed square, cube or product would move it, in standard errors"),
          new ResultColumn(
              "first_stage_f",
              DOUBLE,
              "of an instrument: the robust F of what it moves; weak below 23"),
          new ResultColumn(
              "ar_lower",
              DOUBLE,
              "of an instrument: lower end of the Anderson-Rubin interval, which holds however weak it is; NULL of none"),
          new ResultColumn("ar_upper", DOUBLE, "its upper end; NULL of none"),
          new ResultColumn("ar_p_value", DOUBLE, "the Anderson-Rubin test of no effect"),
          new ResultColumn("heterogeneity_p", DOUBLE, "p-value of no variation with the features"),
          new ResultColumn(
              "calibration_slope", DOUBLE, "1 if predicted effects are calibrated, 0 if noise"),
          new ResultColumn("calibration_slope_se", DOUBLE, "its standard error"),
          new ResultColumn("calibration_mean", DOUBLE, "1 if their mean is calibrated"),
          new ResultColumn("calibration_mean_se", DOUBLE, "its standard error"),
          new ResultColumn("calibration_df", BIGINT, "degrees of freedom of both"),
          new ResultColumn("top_fifth_effect", DOUBLE, "effect where it is predicted largest"),
          new ResultColumn("top_fifth_se", DOUBLE, "its standard error"),
          new ResultColumn("bottom_fifth_effect", DOUBLE, "effect where it is predicted smallest"),
          new ResultColumn("bottom_fifth_se", DOUBLE, "its standard error"));

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_fit",
          "Fits how the effect varies with the features, stores it as a model, and gives one row:"
              + " the average effect, and every figure by which to judge the fit.",
          StudyArguments.effect(MODEL, IF_EXISTS).stream()
              .map(a -> a == StudyArguments.TREATMENT ? StudyArguments.TREATMENTS : a)
              .toList(),
          result(),
          "Chernozhukov et al. 2018, doi:10.1111/ectj.12097; EconML LinearDML",
          """
          SELECT estimate, std_error, verdict
          FROM cate_fit(TABLE nsw, model => 'training', outcome => 'earnings_1978',
                        treatment => 'treated', features => ['age', 'education']);""",
          List.of(new CateFit()));

  private static List<ResultColumn> result() {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new ResultColumn("model", VARCHAR, "the model's name"));
    columns.add(new ResultColumn("method", VARCHAR, "how it was fitted"));
    columns.add(new ResultColumn("estimand", VARCHAR, "what the estimate estimates"));
    columns.add(new ResultColumn("contrast", VARCHAR, "what is compared"));
    columns.add(new ResultColumn("estimate", DOUBLE, "the average effect"));
    columns.add(new ResultColumn("std_error", DOUBLE, "its standard error"));
    columns.add(new ResultColumn("z", DOUBLE, "estimate over standard error"));
    columns.add(new ResultColumn("p_value", DOUBLE, "two-sided, of no effect"));
    columns.add(new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"));
    columns.add(new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"));
    columns.addAll(FIGURES);
    columns.add(
        new ResultColumn("features", VARCHAR_LIST, "what to pass to cate_effect, in order"));
    columns.add(new ResultColumn("controls", VARCHAR_LIST, "what else was adjusted for"));
    columns.add(new ResultColumn("learners", VARCHAR, "the nuisance models and their penalties"));
    columns.add(new ResultColumn("cov", VARCHAR, "the covariance of the coefficients"));
    columns.add(new ResultColumn("reps", BIGINT, "repetitions with other folds"));
    columns.add(new ResultColumn("seconds", DOUBLE, "how long it took"));
    columns.add(new ResultColumn("warnings", SqlType.WARNINGS, "doubts, the worst first"));
    columns.add(new ResultColumn("verdict", VARCHAR, "ok, caution or do_not_use"));
    return columns;
  }

  @Override
  public boolean stores() {
    return true;
  }

  @Override
  public boolean keepsIds(Arguments arguments) {
    return Estimators.named(arguments.requiredText("method")).keepsRows();
  }

  @Override
  public Answer answer(Run run, RawTable relation, Arguments arguments) {
    if (Partitions.asked(arguments)) {
      return GroupFit.answer(run, relation, arguments);
    }
    Fitted fitted = Fitted.of(run, relation, arguments);
    EffectCall call = fitted.call();
    StoredModel model =
        new StoredModel(
            arguments.requiredText("model"),
            call.method(),
            call.study().rows(),
            call.model(),
            fitted.report(),
            call.summary(),
            call.explain(run),
            call.provenance(),
            call.kept());
    return new Answer(fitted.rows(), List.of(model));
  }

  /**
   * A fit, of the relation or of one group.
   *
   * @param rows what is told of it, one row for each arm
   */
  record Fitted(EffectCall call, List<Map<String, @Nullable Object>> rows) {
    static Fitted of(Run run, RawTable relation, Arguments arguments) {
      long start = System.nanoTime();
      EffectCall call = EffectCall.of(run, relation, arguments, FitOptions.Scale.PLAIN);
      List<Map<String, @Nullable Object>> rows = new ArrayList<>();
      for (int arm = 0; arm < call.fits().size(); arm++) {
        Map<String, @Nullable Object> row = row(call, arm, arguments);
        row.put("seconds", (System.nanoTime() - start) / 1e9);
        rows.add(row);
      }
      return new Fitted(call, rows);
    }

    private static Map<String, @Nullable Object> row(
        EffectCall call, int arm, Arguments arguments) {
      Fit fit = call.fits().get(arm);
      Effect effect = EffectCall.average(fit);
      double level = arguments.number("level");
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("model", arguments.requiredText("model"));
      row.put("method", call.method());
      row.put("estimand", effect.estimand());
      row.put("contrast", call.contrast(arm));
      row.put("estimate", effect.estimate().value());
      row.put("std_error", effect.estimate().standardError());
      row.put("z", effect.estimate().z());
      row.put("p_value", effect.pValue());
      row.put("ci_lower", effect.estimate().lower(level));
      row.put("ci_upper", effect.estimate().upper(level));
      row.putAll(fit.figures());
      row.put("features", call.names(true));
      row.put("controls", call.names(false));
      row.put("seconds", null); // its place among the columns
      row.put("warnings", fit.warnings().stream().map(Warning::row).toList());
      row.put("verdict", Warning.verdict(fit.warnings()));
      return row;
    }

    /** What is stored: it depends on the data, the arguments and the seed alone. */
    Map<String, @Nullable Object> report() {
      List<Map<String, @Nullable Object>> reports = new ArrayList<>();
      for (Map<String, @Nullable Object> row : rows) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>(row);
        report.remove("seconds");
        reports.add(report);
      }
      return reports.size() == 1 ? reports.get(0) : StoredModel.reportOf(reports);
    }
  }
}

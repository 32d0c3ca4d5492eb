/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.estimate.Warning.Severity;
import io.whatif.learn.Covariate;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each covariate does, one row each: how it differs between the arms, how well it alone tells
 * treatment and outcome, and how far the effect would move without it. The last is of a linear
 * regression of the outcome on treatment and covariates, from its Gram matrix.
 */
final class ControlRows {
  private static final int SAMPLE = 20_000;

  /** Parts of the rows of which each is given shares of treated counted in the others. */
  private static final int PARTS = 10;

  private final Study study;
  private final CovariateTable table;
  private final double error;

  /**
   * Rows of the covariates of a study.
   *
   * @param error the standard error that shifts of the effect are counted in
   */
  ControlRows(Study study, CovariateTable table, double error) {
    this.study = study;
    this.table = table;
    this.error = error;
  }

  /** The rows of cate_explain: figures that are numbers, then the covariates. */
  static List<Map<String, @Nullable Object>> explain(
      Map<String, @Nullable Object> figures, List<Map<String, @Nullable Object>> covariates) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    figures.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("item", name);
            row.put("kind", "figure");
            row.put("value", number.doubleValue());
            rows.add(row);
          }
        });
    rows.addAll(covariates);
    return rows;
  }

  void addTo(Run run, List<Map<String, @Nullable Object>> rows, List<Warning> warnings) {
    double[] aucs = aucs(run);
    CovariateTable.Regression regression = table.regression();
    for (int k = 0; k < study.covariates().columns().size(); k++) {
      Covariate covariate = study.covariates().columns().get(k);
      int column = covariate.column();
      String name = study.name(column);
      double without = regression.without(k);
      double shift = (regression.effect() - without) / error;
      double auc = aucs[k];
      double r2 = table.outcomeR2(k);
      String flag = "";
      if (auc > 0.9 || r2 > 0.9) {
        flag = "maybe_post_treatment";
        warnings.add(
            new Warning(
                flag,
                Severity.CAUTION,
                String.format(
                    Locale.ROOT,
                    "%s alone tells %s almost perfectly: was it measured before the treatment?",
                    name,
                    auc > 0.9 ? "the treatment" : "the outcome")));
      } else if (Math.abs(shift) > 1) {
        flag = "check_role";
      }
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("item", name);
      row.put("kind", study.features().contains(column) ? "feature" : "control");
      row.put("n_null", study.profile().nulls(column));
      row.put("smd_raw", largest(k, false));
      row.put("smd_weighted", largest(k, true));
      row.put("auc_alone", auc);
      row.put("r2_outcome_alone", r2);
      row.put("estimate_without", without);
      row.put("shift_in_se", shift);
      row.put("flag", flag.isEmpty() ? null : flag);
      rows.add(row);
      missing(k, name, warnings);
    }
  }

  /** The mean difference of the covariate's encoded column where it is largest. */
  private double largest(int covariate, boolean weighted) {
    double largest = study.treatment().binary() ? 0 : Double.NaN;
    for (int c : table.columnsOf(covariate)) {
      double smd = table.smd(c, weighted);
      largest = Math.abs(smd) > Math.abs(largest) ? smd : largest;
    }
    return largest;
  }

  private void missing(int covariate, String name, List<Warning> warnings) {
    if (!study.covariates().columns().get(covariate).indicator()) {
      return;
    }
    List<Integer> columns = table.columnsOf(covariate);
    double smd = columns.isEmpty() ? 0 : table.smd(columns.get(columns.size() - 1), false);
    if (Math.abs(smd) > 0.1) {
      warnings.add(
          new Warning(
              "missing_differs",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "%s is NULL more often in one arm (by %.2f standard deviations): find out why it is missing",
                  name,
                  Math.abs(smd))));
    }
  }

  private double[] aucs(Run run) {
    List<Covariate> covariates = study.covariates().columns();
    double[] aucs = new double[covariates.size()];
    Arrays.fill(aucs, Double.NaN);
    if (study.treatment().binary()) {
      Sample sample = Sample.of(study);
      Parallel.forEach(
          run, aucs.length, k -> aucs[k] = aucAlone(study.profile(), covariates.get(k), sample));
    }
    return aucs;
  }

  /** The covariate that alone best tells the arms apart. */
  static String mostTelling(Study study) {
    String name = "";
    double largest = -1;
    Sample sample = Sample.of(study);
    for (Covariate covariate : study.covariates().columns()) {
      double auc = aucAlone(study.profile(), covariate, sample);
      if (auc > largest) {
        largest = auc;
        name = covariate.name();
      }
    }
    return name;
  }

  /**
   * The AUC of the covariate alone for the treatment, at least 1/2; NULL counts as a value. Of a
   * number the larger of the AUC with NULLs filled and that of "is null"; of a text that of the
   * treated share of its category, counted in the rows of other keys.
   */
  private static double aucAlone(Profile profile, Covariate covariate, Sample sample) {
    double[] number = sample.of(profile.sample(covariate.column()));
    if (covariate.levels() > 0) {
      byShare(number, sample, covariate.levels());
      return Math.max(0.5, sample.auc(number));
    }
    double[] missing = new double[number.length];
    boolean someMissing = false;
    for (int i = 0; i < number.length; i++) {
      if (Double.isNaN(number[i])) {
        missing[i] = 1;
        number[i] = covariate.fill();
        someMissing = true;
      }
    }
    double auc = eitherWay(number, sample);
    return someMissing ? Math.max(auc, eitherWay(missing, sample)) : auc;
  }

  /**
   * Some rows.
   *
   * @param drawn of the profile's sampled rows
   * @param treated 1 for those that were treated
   * @param times how many rows each stands for; null if each is one
   * @param part of the rows, by key
   */
  private record Sample(RowSample drawn, double[] treated, double @Nullable [] times, int[] part) {
    static Sample of(Study study) {
      double[] arm = study.profile().sample(Study.TREATMENT);
      RowSample drawn = RowSample.of(arm.length, SAMPLE);
      double[] treated = drawn.of(arm);
      double[] times = study.weighting() == null ? null : new double[treated.length];
      int[] part = new int[treated.length];
      for (int i = 0; i < part.length; i++) {
        int row = (int) study.profile().sampled().row(drawn.row(i));
        if (times != null) {
          times[i] = study.counted(row);
        }
        part[i] = Mix.bucket(PARTS, study.units().keys()[row], PARTS);
      }
      return new Sample(drawn, treated, times, part);
    }

    /** These rows of a column that is sampled. */
    double[] of(double[] sampled) {
      return drawn.of(sampled);
    }

    double times(int row) {
      return times == null ? 1 : times[row];
    }

    double auc(double[] number) {
      return Ranking.auc(number, treated, times);
    }
  }

  private static double eitherWay(double[] number, Sample sample) {
    double auc = sample.auc(number);
    return Math.max(auc, 1 - auc);
  }

  /** In the place of each code, the treated share of its category among the other parts. */
  private static void byShare(double[] codes, Sample sample, int levels) {
    int[] part = sample.part();
    double[][] count = new double[PARTS + 1][levels + 1];
    double[][] sum = new double[PARTS + 1][levels + 1];
    double all = 0;
    double rows = 0;
    for (int i = 0; i < codes.length; i++) {
      double times = sample.times(i);
      double treated = times * sample.treated()[i];
      int level = Double.isNaN(codes[i]) ? levels : (int) codes[i];
      codes[i] = level;
      count[part[i]][level] += times;
      sum[part[i]][level] += treated;
      count[PARTS][level] += times;
      sum[PARTS][level] += treated;
      all += treated;
      rows += times;
    }
    all /= rows;
    for (int i = 0; i < codes.length; i++) {
      int level = (int) codes[i];
      double others = count[PARTS][level] - count[part[i]][level];
      codes[i] = (sum[PARTS][level] - sum[part[i]][level] + all) / (others + 1);
    }
  }
}

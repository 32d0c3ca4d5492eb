/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning.Severity;
import io.whatif.learn.Design;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is told of the arms of a binary treatment: overlap, balance, and how few rows one has. */
final class OverlapFigures {
  /** Rows of the smaller arm below which errors are rough. */
  static final int FEW = 50;

  /** Rows of the smaller arm below which errors mean nothing. */
  private static final int TOO_FEW = 10;

  /** The area under the ROC curve above which nothing is left to compare. */
  private static final double APART = 1 - 1e-9;

  private OverlapFigures() {}

  /**
   * The overlap of the arms.
   *
   * @throws WhatifException if the controls tell them apart
   */
  static Overlap overlap(Run run, Study study, RowValues propensity, RowValues treatment) {
    Overlap o = Overlap.of(run, Overlap.Rows.of(study, propensity, treatment));
    if (o.auc() > APART) {
      throw apart(", such as '" + ControlRows.mostTelling(study) + "'");
    }
    return o;
  }

  private static WhatifException apart(String example) {
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "the controls tell every treated row from every untreated one, so there is nothing to compare. Leave out what follows from the treatment%s."
            .formatted(example));
  }

  static void add(
      Overlap o,
      CovariateTable table,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    add(o, figures, warnings);
    balance(table, true, figures, warnings);
    long few = Math.max(FEW, 10L * (table.width() - 1));
    few(Math.min(o.treated(), o.control()), few, "", warnings);
  }

  /** Overlap alone. */
  static void add(Overlap o, Map<String, @Nullable Object> figures, List<Warning> warnings) {
    figures.put("n_treated", o.treated());
    figures.put("n_control", o.control());
    figures.put("treatment_auc", o.auc());
    figures.put("treatment_log_loss", o.logLoss());
    figures.put("e_min", o.min());
    figures.put("e_p01", o.p01());
    figures.put("e_p99", o.p99());
    figures.put("e_max", o.max());
    figures.put("share_clipped", o.shareClipped());
    figures.put("ess_treated", o.essTreated());
    figures.put("ess_control", o.essControl());
    figures.put("max_weight_share", o.maxWeightShare());
    OverlapWarnings.add(o, warnings);
  }

  /**
   * The doubts that need no look at the covariates.
   *
   * @throws WhatifException if the controls tell the arms apart
   */
  static void addBrief(Study study, Overlap o, List<Warning> warnings) {
    if (o.auc() > APART) {
      throw apart("");
    }
    OverlapWarnings.add(o, warnings);
    few(study, Math.min(o.treated(), o.control()), warnings);
  }

  /** A doubt about an arm of few rows beside the covariates. */
  static void few(Study study, long smaller, List<Warning> warnings) {
    int width = new Design(study.covariates(), study.data().schema()).width();
    few(smaller, Math.max(FEW, 10L * (width - 1)), "", warnings);
  }

  /**
   * A doubt about an arm of few rows.
   *
   * @param smaller rows of the smaller arm
   * @param few how many they should be
   * @param where to end what they are rows of
   */
  static void few(long smaller, long few, String where, List<Warning> warnings) {
    if (smaller < few) {
      warnings.add(
          new Warning(
              "few_treated",
              smaller < TOO_FEW ? Severity.SEVERE : Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "the smaller arm has %d rows%s, fewer than %d: intervals are rough",
                  smaller,
                  where,
                  few)));
    }
  }

  /**
   * How much the covariates differ between the arms.
   *
   * @param weighted whether the table's weights balance them
   */
  static void balance(
      CovariateTable table,
      boolean weighted,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    double raw = 0;
    double largest = 0;
    String worst = "";
    for (int c = 1; c < table.width(); c++) {
      raw = Math.max(raw, Math.abs(table.smd(c, false)));
      if (Math.abs(table.smd(c, weighted)) > largest) {
        largest = Math.abs(table.smd(c, weighted));
        worst = table.name(c);
      }
    }
    figures.put("max_smd_raw", raw);
    figures.put("max_smd_weighted", weighted ? largest : Double.NaN);
    if (largest > 0.1) {
      warnings.add(
          new Warning(
              "imbalance",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  weighted
                      ? "after weighting, %s still differs by %.2f standard deviations between the arms: see balance()"
                      : "%s differs by %.2f standard deviations between the arms: see balance()",
                  worst,
                  largest)));
    }
  }
}

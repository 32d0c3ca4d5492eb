/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Fit;
import io.whatif.estimate.Influences;
import io.whatif.estimate.Study;
import io.whatif.inference.InfluenceProducts;
import io.whatif.inference.MultiplierBootstrap;
import io.whatif.math.Gram;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What rows of a summary say together: p-values adjusted as asked, and joint intervals.
 *
 * @param arguments of the call
 * @param products of the rows' influences; null where the joint law is not asked for
 */
record JointRows(Arguments arguments, @Nullable Function<Run, Gram> products) {
  /** Draws of the joint law: they cost little, and leave its quantile to a few thousandths. */
  private static final int DRAWS = 10_000;

  /** The rows of one call. */
  static JointRows of(EffectCall call, Arguments arguments) {
    if (!InferenceArguments.needJointLaw(arguments)) {
      return new JointRows(arguments, null);
    }
    List<Fit> fits = call.fits();
    Influences influences = fits.get(0).influences();
    if (fits.size() > 1 || influences == null) {
      throw refused(
          arguments,
          fits.size() > 1
              ? "the joint law of several arms or treatments is not known here"
              : "method '%s' does not know the joint law of its rows"
                  .formatted(arguments.requiredText("method")));
    }
    refuseCounts(arguments, call.study());
    boolean averages = arguments.flag("averages");
    int[] clusters = call.study().units().clusters();
    return new JointRows(
        arguments, run -> InfluenceProducts.of(influences.of(run, averages), clusters));
  }

  /** Refuses rows whose outcomes' spread within them influences do not tell. */
  static void refuseCounts(Arguments arguments, Study study) {
    if (study.isCounted()) {
      throw refused(
          arguments, "rows that stand for several (freq) have no joint law here, expand them");
    }
  }

  /** Why a joint law cannot be had, told of the argument that asks for it. */
  static WhatifException refused(Arguments arguments, String why) {
    String asked = arguments.flag("joint") ? "joint => true" : "p_adjust => 'romano-wolf'";
    return new WhatifException(
        ErrorCode.BAD_ARGUMENT, "%s: %s. Leave it out.".formatted(asked, why));
  }

  /** Sets p_adjusted and the ends of joint intervals of rows that are shown. */
  void apply(Run run, List<Map<String, @Nullable Object>> rows) {
    String rule = arguments.requiredText("p_adjust");
    SummaryRows.adjust(rows, rule);
    if (products == null) {
      return;
    }
    int[] places = IntStream.range(0, rows.size()).filter(i -> hasError(rows.get(i))).toArray();
    Gram all = products.apply(run);
    if (all.width() != places.length) {
      throw new IllegalStateException(
          all.width() + " influences of " + places.length + " rows with an error");
    }
    MultiplierBootstrap law = MultiplierBootstrap.of(all, DRAWS, arguments.integer("seed"));
    if (rule.equals("romano-wolf")) {
      rows.forEach(row -> row.put("p_adjusted", Double.NaN));
      double[] t = new double[places.length];
      java.util.Arrays.setAll(t, j -> SummaryRows.number(rows.get(places[j]).get("z")));
      double[] adjusted = law.adjusted(run, t);
      for (int j = 0; j < places.length; j++) {
        rows.get(places[j]).put("p_adjusted", adjusted[j]);
      }
    }
    if (arguments.flag("joint")) {
      double critical = law.criticalValue(run, arguments.number("level"));
      for (int place : places) {
        Map<String, @Nullable Object> row = rows.get(place);
        double estimate = SummaryRows.number(row.get("estimate"));
        double margin = critical * SummaryRows.number(row.get("std_error"));
        row.put("joint_lower", estimate - margin);
        row.put("joint_upper", estimate + margin);
      }
    }
  }

  /** Whether a row is an estimate with an error: no test, and not refused. */
  static boolean hasError(Map<String, @Nullable Object> row) {
    return row.get("estimate") != null && !"test".equals(row.get("kind"));
  }
}

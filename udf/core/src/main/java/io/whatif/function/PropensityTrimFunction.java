/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.PropensityTrim;
import io.whatif.estimate.Study;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The relation with propensities, weights and whether each row has counterparts. */
final class PropensityTrimFunction implements Body.RowWise {
  private static final Argument ALPHA =
      Argument.optional(
              "alpha",
              Argument.Type.NUMBER_OR_WORD,
              "Keep propensities in [alpha, 1 - alpha]: a number from 0 to below 0.5, auto"
                  + " (5 / (sqrt(n) ln n), at least 0.001, at most 0.1), or crump.")
          .withChoices("auto", "crump")
          .withDefault("auto");
  private static final Argument SUPPORT =
      Argument.optional(
              "support",
              Argument.Type.WORD,
              "both: keep also to the range of propensities that both arms have; none: alpha alone.")
          .withChoices("both", "none")
          .withDefault("both");
  private static final Argument RESCALE =
      Argument.optional(
              "rescale",
              Argument.Type.BOOLEAN,
              "Whether kept propensities are rescaled to average to the share of treated (eq. 5).")
          .withDefault(true);
  private static final Argument ESTIMAND =
      Argument.optional("estimand", Argument.Type.WORD, "What the weights are for.")
          .withChoices("ATE", "ATT")
          .withDefault("ATE");
  private static final Argument DROP =
      Argument.optional("drop", Argument.Type.BOOLEAN, "Whether rows outside support are left out.")
          .withDefault(false);

  /** The columns that need weights. */
  private static final Set<String> WEIGHTS =
      Set.of("propensity_scaled", "weight", "weight_normalized");

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "propensity_trim",
          "The relation with the chance of treatment of each row, predicted out of fold, whether the"
              + " row has counterparts in the other arm, and weights that make the arms comparable.",
          StudyArguments.propensity(ALPHA, SUPPORT, RESCALE, ESTIMAND, DROP),
          List.of(
              new ResultColumn("propensity", SqlType.DOUBLE, "chance of treatment, out of fold"),
              new ResultColumn(
                  "propensity_scaled", SqlType.DOUBLE, "rescaled over kept rows, within alpha"),
              new ResultColumn(
                  "weight", SqlType.DOUBLE, "inverse propensity weight; 0 outside support"),
              new ResultColumn(
                  "weight_normalized", SqlType.DOUBLE, "the same, summing to the arm's kept rows"),
              new ResultColumn("in_support", SqlType.BOOLEAN, "whether the row is kept")),
          "\"Double Machine Learning at Scale to Predict Causal Impact of Customer Actions\", eq. 5 and"
              + " Table 1; Crump et al. 2009, doi:10.1093/biomet/asn055",
          """
          SELECT treated, age, propensity, weight
          FROM propensity_trim(TABLE nsw, treatment => 'treated', controls => ['age', 'education'])
          WHERE in_support LIMIT 3;""",
          List.of(new PropensityTrimFunction()));

  /** Bytes a row of five columns, and of what they are made of. */
  private static final long OUTPUT_BYTES = 80;

  /** Everything but {@code drop}, for {@link TrimSummary}. */
  static List<Argument> summaryArguments() {
    return StudyArguments.propensity(ALPHA, SUPPORT, RESCALE, ESTIMAND);
  }

  static PropensityTrim trim(Run run, Study study, Arguments arguments) {
    boolean number = arguments.isNumber("alpha");
    Double alpha = number ? (Double) arguments.number("alpha") : null;
    if (alpha != null && !(alpha >= 0 && alpha < 0.5)) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "alpha => %s: must be at least 0 and below 0.5, such as 0.01."
              .formatted(TreatmentReader.number(alpha)));
    }
    return PropensityTrim.of(
        run,
        study,
        EffectCall.propensityOptions(arguments, study.rows()),
        new PropensityTrim.Rule(
            alpha,
            number ? "" : arguments.requiredText("alpha"),
            arguments.requiredText("support").equals("both"),
            arguments.flag("rescale"),
            arguments.requiredText("estimand").equals("ATT")));
  }

  @Override
  public Map<String, double[]> columns(
      Run run, RawTable relation, Arguments arguments, Set<String> asked) {
    boolean grouped = Partitions.asked(arguments);
    boolean weighted = asked.stream().anyMatch(WEIGHTS::contains);
    int rows = (int) relation.rows();
    run.memory().take(OUTPUT_BYTES * rows, "the propensities and weights");
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (ResultColumn column : DESCRIPTOR.result()) {
      if (weighted || !WEIGHTS.contains(column.name())) {
        // Weights of rows that are left out are 0, but those of groups that are refused NULL.
        columns.put(
            column.name(),
            filled(
                rows,
                grouped && !column.name().equals("in_support")
                    ? Double.NaN
                    : absent(column.name())));
      }
    }
    if (grouped) {
      Partitions.of(run, relation, arguments)
          .answer((alone, group) -> place(alone, group, arguments, columns));
    } else {
      place(run, relation, arguments, columns);
    }
    return columns;
  }

  /** The value of a row without a propensity. */
  private static double absent(String column) {
    return column.startsWith("propensity") ? Double.NaN : 0;
  }

  private static double[] filled(int rows, double value) {
    double[] values = new double[rows];
    Arrays.fill(values, value);
    return values;
  }

  /** Writes the values of the rows of a relation, or of a group of it, to their places. */
  private static boolean place(
      Run run, RawTable relation, Arguments arguments, Map<String, double[]> into) {
    double[] numbers = new double[(int) relation.rows()];
    relation.tiles().read(relation.rowPositions(), 0, numbers, numbers.length);
    Study study = StudyBuilder.build(run, relation, arguments);
    PropensityTrim trim = trim(run, study, arguments);
    int[] positions = study.units().positions();
    if (positions == null) {
      throw new IllegalStateException("a row-wise function is given the rows' positions");
    }
    boolean weighted = into.containsKey("weight");
    PropensityTrim.Weights weights = weighted ? trim.weights() : null;
    into.forEach(
        (name, column) -> {
          for (double number : numbers) {
            column[(int) number - 1] = absent(name);
          }
          double[] values = values(trim, weights, name);
          for (int i = 0; i < values.length; i++) {
            column[positions[i] - 1] = values[i];
          }
        });
    return true;
  }

  private static double[] values(
      PropensityTrim trim, PropensityTrim.@Nullable Weights weights, String column) {
    if (column.equals("propensity")) {
      return trim.propensity;
    }
    if (weights == null || column.equals("in_support")) {
      double[] supported = new double[trim.inSupport.length];
      for (int i = 0; i < supported.length; i++) {
        supported[i] = trim.inSupport[i] ? 1 : 0;
      }
      return supported;
    }
    return switch (column) {
      case "propensity_scaled" -> weights.scaled();
      case "weight" -> weights.weight();
      default -> weights.normalized();
    };
  }

  @Override
  public @Nullable String keepWhere(Map<String, ? extends @Nullable Object> literals) {
    return Boolean.TRUE.equals(literals.get("drop")) ? "in_support" : null;
  }
}

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
import java.util.Objects;
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
  public Map<String, double[]> columns(Run run, RawTable relation, Arguments arguments) {
    int rows = (int) relation.rows();
    if (!Partitions.asked(arguments)) {
      Map<String, double[]> columns = empty(rows, 0);
      Trimmed.of(run, relation, arguments).place(columns);
      return columns;
    }
    Map<String, double[]> columns = empty(rows, Double.NaN);
    Partitions.of(run, relation, arguments)
        .answer((alone, group) -> Trimmed.of(alone, group, arguments).placeAll(columns));
    return columns;
  }

  private static Map<String, double[]> empty(int rows, double weight) {
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (ResultColumn column : DESCRIPTOR.result()) {
      double absent =
          switch (column.name()) {
            case "in_support" -> 0;
            case "weight", "weight_normalized" -> weight;
            default -> Double.NaN;
          };
      double[] values = new double[rows];
      Arrays.fill(values, absent);
      columns.put(column.name(), values);
    }
    return columns;
  }

  /**
   * Rows with their weights, and where they stand in the relation.
   *
   * @param all the rows of the relation or group, which may be more
   */
  private record Trimmed(PropensityTrim trim, int[] positions, int[] all) {
    static Trimmed of(Run run, RawTable relation, Arguments arguments) {
      double[] numbers = new double[Partitions.asked(arguments) ? (int) relation.rows() : 0];
      relation.tiles().read(relation.rowPositions(), 0, numbers, numbers.length);
      Study study = StudyBuilder.build(run, relation, arguments);
      int[] positions = study.units().positions();
      if (positions == null) {
        throw new IllegalStateException("a row-wise function is given the rows' positions");
      }
      int[] all = Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
      return new Trimmed(PropensityTrimFunction.trim(run, study, arguments), positions, all);
    }

    /** Writes the rows' values; rows that are left out keep what is there. */
    void place(Map<String, double[]> columns) {
      columns.forEach(
          (name, into) -> {
            double[] values =
                switch (name) {
                  case "propensity" -> trim.propensity;
                  case "propensity_scaled" -> trim.scaled;
                  case "weight" -> trim.weight;
                  case "weight_normalized" -> trim.normalized;
                  default -> supported();
                };
            for (int i = 0; i < values.length; i++) {
              into[positions[i] - 1] = values[i];
            }
          });
    }

    /** As {@link #place}, for a group: its rows that are left out have the weight 0. */
    boolean placeAll(Map<String, double[]> columns) {
      for (String name : List.of("weight", "weight_normalized")) {
        double[] into = Objects.requireNonNull(columns.get(name));
        for (int position : all) {
          into[position - 1] = 0;
        }
      }
      place(columns);
      return true;
    }

    private double[] supported() {
      double[] supported = new double[trim.inSupport.length];
      for (int i = 0; i < supported.length; i++) {
        supported[i] = trim.inSupport[i] ? 1 : 0;
      }
      return supported;
    }
  }

  @Override
  public @Nullable String keepWhere(Map<String, ? extends @Nullable Object> literals) {
    return Boolean.TRUE.equals(literals.get("drop")) ? "in_support" : null;
  }
}

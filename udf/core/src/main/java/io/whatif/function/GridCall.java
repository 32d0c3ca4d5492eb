/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Alone;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.EffectGrid;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.Treatment;
import io.whatif.estimate.Warning;
import io.whatif.inference.InfluenceProducts;
import io.whatif.math.Gram;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call with several treatments or outcomes: the rows of each pair, treatments in the order they
 * are listed and in each the outcomes.
 *
 * <p>Pairs that use the same rows and controls are estimated together ({@link EffectGrid}). By
 * themselves, as a call for each would, are estimated treatments and outcomes that have NULLs,
 * treatments with several arms, those that are controls of the others, and all if the method is
 * another or errors come from resamples. Other treatments are no controls of a treatment unless
 * they are listed.
 */
final class GridCall {
  /** Treatments beyond which their default learner is a linear one. */
  static final int MANY_TREATMENTS = 20;

  private static final Warning LINEAR =
      new Warning(
          "linear_treatments",
          Warning.Severity.CAUTION,
          "over "
              + MANY_TREATMENTS
              + " treatments are predicted by treatment_learner => 'linear' unless it is given, which misses bends and products of controls: where treatments follow such, give spline or gbt");

  private static final Set<ErrorCode> OF_ROWS =
      EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private final Run run;
  private final RawTable relation;
  private final Arguments arguments;
  private final FitOptions.Scale scale;
  private final RelationRoles roles;

  /** Whether the treatments' learner is the default of many. */
  private final boolean linear;

  GridCall(Run run, RawTable relation, Arguments given, FitOptions.Scale scale) {
    this.run = run;
    this.relation = relation;
    this.roles = RelationRoles.of(relation, given);
    this.linear =
        roles.listed().treatments().size() > MANY_TREATMENTS && !given.isGiven("treatment_learner");
    this.arguments = linear ? given.with("treatment_learner", "linear") : given;
    this.scale = scale;
  }

  /** What was found of a pair: rows, or why there are none. */
  private record Found(
      List<Map<String, @Nullable Object>> rows, @Nullable WhatifException refusal) {}

  /** The rows of all pairs; closes the relation's tiles. */
  List<Map<String, @Nullable Object>> rows() {
    boolean law = InferenceArguments.needJointLaw(arguments);
    GridBuilder builder = new GridBuilder(run, relation, arguments, roles);
    GridBuilder.@Nullable Grid grid = shares() ? builder.build() : null;
    checkLaw(law, grid);
    @Nullable Function<Run, Gram> products = null;
    Map<Integer, Map<Integer, Found>> found = new LinkedHashMap<>();
    List<Warning> doubts = List.of();
    if (grid != null) {
      FitOptions options = EffectCall.options(arguments, scale, relation.rows());
      Dataset influences = together(grid, options, law, found);
      doubts = EffectGrid.rowDoubts(grid.question().base(), options);
      if (influences != null) {
        int[] clusters = grid.question().base().units().clusters();
        products = alone -> InfluenceProducts.of(alone, influences, clusters);
      }
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int t : roles.listed().treatments()) {
      for (int o : roles.listed().outcomes()) {
        Map<Integer, Found> ofTreatment = found.computeIfAbsent(t, none -> new LinkedHashMap<>());
        Found pair = ofTreatment.computeIfAbsent(o, none -> alone(t, o));
        rows.addAll(shown(pair, t, o));
      }
    }
    relation.tiles().close();
    addDoubts(rows, doubts);
    if (linear) {
      addDoubts(rows, List.of(LINEAR));
    }
    new JointRows(arguments, products).apply(run, rows);
    return rows;
  }

  /** Whether pairs can be estimated together at all. */
  private boolean shares() {
    return arguments.requiredText("method").equals("linear_dml")
        && MethodOptions.METHODS.of(arguments, "linear_dml").values().isEmpty()
        && InferenceArguments.bootstrap(arguments) == null;
  }

  private void checkLaw(boolean law, GridBuilder.@Nullable Grid grid) {
    if (!law) {
      return;
    }
    if (grid == null) {
      throw JointRows.refused(
          arguments, "pairs that are estimated each by itself have no common rows");
    }
    JointRows.refuseCounts(arguments, grid.question().base());
    for (int column : grid.apart()) {
      throw JointRows.refused(
          arguments,
          "all pairs must be estimated from the same rows and controls, and '%s' has NULLs, several arms, or is a control as well"
              .formatted(relation.columns().get(column).name()));
    }
  }

  /** Estimates the grid; gives its influences if a law is wanted. */
  private @Nullable Dataset together(
      GridBuilder.Grid grid,
      FitOptions options,
      boolean law,
      Map<Integer, Map<Integer, Found>> found) {
    EffectGrid.Wanted wanted =
        law ? new EffectGrid.Wanted(arguments.flag("averages"), relation.tiles()) : null;
    EffectGrid.Answers all = EffectGrid.of(run, grid.question(), options, wanted);
    List<List<EffectGrid.Answer>> answers = all.answers();
    for (int t = 0; t < grid.treatments().size(); t++) {
      Map<Integer, Found> ofTreatment = new LinkedHashMap<>();
      Treatment treatment = grid.question().treatments().get(t).treatment();
      for (int o = 0; o < grid.outcomes().size(); o++) {
        EffectGrid.Answer answer = answers.get(t).get(o);
        ofTreatment.put(
            grid.outcomes().get(o),
            new Found(
                EffectCall.rows(
                    answer.effects(), answer.warnings(), treatment.contrast(), options.level()),
                answer.refusal()));
      }
      found.put(grid.treatments().get(t), ofTreatment);
    }
    grid.refusals()
        .forEach(
            (column, refusal) -> {
              for (int t : roles.listed().treatments()) {
                for (int o : roles.listed().outcomes()) {
                  if (t == column || o == column) {
                    found
                        .computeIfAbsent(t, none -> new LinkedHashMap<>())
                        .put(o, new Found(List.of(), refusal));
                  }
                }
              }
            });
    return all.influences();
  }

  /** A pair as a call of its own would estimate it; all its doubts stay with it. */
  private Found alone(int treatment, int outcome) {
    run.reached("pair alone", 0);
    Alone own = Alone.of(run, run.threads());
    List<String> controls = new ArrayList<>();
    for (int control : roles.controls()) {
      if (control != treatment) {
        controls.add(relation.columns().get(control).name());
      }
    }
    Arguments single =
        arguments
            .with("treatment", relation.columns().get(treatment).name())
            .with("outcome", relation.columns().get(outcome).name())
            .with("controls", controls);
    try {
      EffectCall call = EffectCall.of(own, relation.lent(), single, scale);
      return new Found(call.summary(), null);
    } catch (WhatifException e) {
      if (!OF_ROWS.contains(e.code())) {
        throw e;
      }
      return new Found(List.of(), e);
    } finally {
      own.memory().giveBackAll();
    }
  }

  private List<Map<String, @Nullable Object>> shown(Found found, int treatment, int outcome) {
    String t = relation.columns().get(treatment).name();
    String o = relation.columns().get(outcome).name();
    WhatifException refusal = found.refusal();
    if (refusal != null) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      Warning warning = new Warning("pair_refused", Warning.Severity.SEVERE, refusal.message());
      row.put("warnings", List.of(warning.row()));
      return List.of(SummaryRows.named(row, o, t));
    }
    return SummaryRows.shown(found.rows(), arguments.flag("averages")).stream()
        .map(row -> SummaryRows.named(row, o, t))
        .toList();
  }

  /** Adds the doubts about the rows that all pairs share to the first row. */
  private static void addDoubts(List<Map<String, @Nullable Object>> rows, List<Warning> doubts) {
    if (rows.isEmpty() || doubts.isEmpty()) {
      return;
    }
    List<@Nullable Object> all = new ArrayList<>();
    if (rows.get(0).get("warnings") instanceof List<?> own) {
      all.addAll(own);
    }
    doubts.forEach(doubt -> all.add(doubt.row()));
    rows.get(0).put("warnings", all);
  }
}

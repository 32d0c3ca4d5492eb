/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.JointDml;
import io.whatif.estimate.Treatment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call with several treatments in one regression, and one outcome or several. */
final class JointCall {
  private JointCall() {}

  /** The rows of each outcome, and in each of every treatment; closes the relation's tiles. */
  static List<Map<String, @Nullable Object>> rows(
      Run run, RawTable relation, Arguments arguments, FitOptions.Scale scale) {
    RelationRoles roles = RelationRoles.of(relation, arguments);
    List<String> controls =
        roles.controls().stream().map(c -> relation.columns().get(c).name()).toList();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int outcome : roles.listed().outcomes()) {
      String name = relation.columns().get(outcome).name();
      Arguments own = arguments.with("outcome", name).with("controls", controls);
      EffectCall call = EffectCall.of(run, relation.lent(), own, scale);
      JointRows.of(call, arguments); // refuses what the rows of several treatments do not have
      rows.addAll(SummaryRows.shown(call.summary(), arguments.flag("averages")));
    }
    relation.tiles().close();
    new JointRows(arguments, null).apply(run, rows);
    return rows;
  }

  /** The study of all treatments, over the rows that have each; it may read the relation still. */
  static JointDml.Question question(Run run, RawTable relation, Arguments arguments) {
    RelationRoles roles = RelationRoles.of(relation, arguments);
    if (InferenceArguments.bootstrap(arguments) != null) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "inference => 'bootstrap': several treatments together have errors by formula alone. Leave inference out.");
    }
    Predictions.refuseSeveral(arguments);
    List<Integer> columns = roles.listed().treatments();
    run.memory().take(8L * columns.size() * relation.rows(), "the treatments");
    StudyBuilder.Rows rows = StudyBuilder.rows(run, relation, arguments, roles);
    RoleColumns read = new RoleColumns(run, relation, arguments, roles);
    List<Treatment> treatments = new ArrayList<>();
    double[][] values = new double[columns.size()][];
    for (int j = 0; j < values.length; j++) {
      int column = columns.get(j);
      values[j] = read.ordered(column, rows.places());
      Treatment treatment = new TreatmentReader(relation, column, arguments).read(run, values[j]);
      if (treatment.kind() == Treatment.Kind.ARMS) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "treatment => '%s': column has %d arms, and treatments together are numbers or have two values. Make a 0/1 column of each arm but one."
                .formatted(treatment.column(), treatment.arms().size()));
      }
      treatments.add(treatment);
    }
    rows.closeUnlessRead(relation);
    return new JointDml.Question(rows.study(), treatments, values);
  }
}

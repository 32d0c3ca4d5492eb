/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of a session.
 *
 * @param kept the stored model that spares its fit
 * @param reader the stored model it reads the rows by
 */
record SessionCall(
    FunctionDescriptor function,
    CallSpec spec,
    Arguments arguments,
    @Nullable StoredModel kept,
    @Nullable StoredModel reader) {
  SessionCall readBy(StoredModel model) {
    return new SessionCall(function, spec, arguments, kept, model);
  }

  Body.Answer answer(Run run, RawTable table) {
    if (reader != null) {
      return Body.Answer.of(
          function
              .body(Body.ModelSummary.class)
              .orElseThrow(AssertionError::new)
              .rows(run, reader, table, arguments));
    }
    return function
        .body(Body.Summary.class)
        .orElseThrow(AssertionError::new)
        .answer(run, table, arguments);
  }

  boolean isRowWise() {
    return function.body(Body.RowWise.class).isPresent();
  }

  /** An answer, and its models as they are stored. */
  record Written(Body.Answer answer, List<FittedModel> models) {}

  /** Answers, and writes the models. */
  Written written(Run run, RawTable table) {
    Body.Answer answer = answer(run, table);
    List<FittedModel> models = new ArrayList<>();
    for (StoredModel model : answer.models()) {
      run.checkCancelled();
      run.reached("writing the model", 0.99);
      models.add(
          ModelWriter.fitted(
              model, arguments, spec.relation(), ifExists(arguments).equals("replace")));
    }
    run.reached("giving the answer", 1);
    return new Written(answer, models);
  }

  /**
   * Runs the row-wise function that is called.
   *
   * @return its result columns in their order, each with a value for every row; empty where the
   *     statement asks for none and keeps no rows by it
   */
  double[][] columns(Run run, RawTable table) {
    Body.RowWise body = function.body(Body.RowWise.class).orElseThrow(AssertionError::new);
    List<ResultColumn> result = function.result();
    Set<String> asked = new LinkedHashSet<>();
    result.stream().map(ResultColumn::name).filter(spec::asks).forEach(asked::add);
    String keep = body.keepWhere(spec.arguments());
    if (keep != null) {
      asked.add(keep);
    }
    Map<String, double[]> given = body.columns(run, table, arguments, asked);
    double[][] columns = new double[result.size()][];
    for (int i = 0; i < columns.length; i++) {
      String name = result.get(i).name();
      double[] column = given.get(name);
      if (asked.contains(name) && (column == null || column.length < table.rows())) {
        throw new IllegalStateException("no full column " + name);
      }
      columns[i] = column == null ? new double[0] : column;
    }
    return columns;
  }

  static String ifExists(Arguments arguments) {
    boolean has = arguments.function().takes("if_exists");
    String text = has ? arguments.text("if_exists") : null;
    return text == null ? "error" : text;
  }
}

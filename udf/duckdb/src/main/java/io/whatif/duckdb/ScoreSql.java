/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.WhatifException;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.SqlType;
import io.whatif.model.Feature;
import java.util.List;

/**
 * The SQL of scoring calls: each is a scalar expression over {@code whatif_score}, in which the
 * model is looked up when the statement runs.
 */
public final class ScoreSql {
  private ScoreSql() {}

  /**
   * A scoring call as a scalar expression. Each argument stands in it once, in order.
   *
   * @param scalar one of the scoring functions
   * @param header the model, looked up on the user's connection
   * @param arguments the SQL text of each feature, in the model's order
   * @throws WhatifException BAD_ARGUMENT if the number of arguments is wrong
   */
  public static String of(FunctionDescriptor scalar, ModelHeader header, List<String> arguments) {
    List<Feature> features = header.features();
    LoadedModel.checkArity(scalar.name(), header.name(), features, arguments.size());
    String function = SqlText.literal(scalar.name());
    String model = SqlText.literal(header.name());
    String key = header.newest("key");
    StringBuilder call = new StringBuilder();
    call.append("whatif_score(%s, %s, %s, ".formatted(function, key, model));
    call.append(SqlText.literal(LoadedModel.signature(features)));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      call.append(", ")
          .append(
              features.get(i).isCategorical()
                  ? "whatif_level(%s, %s, %s, %s, (%s)::VARCHAR)"
                      .formatted(function, model, key, i, argument)
                  : CellSql.number(features.get(i), argument));
    }
    call.append(')');
    return scalar.result().get(0).type() == SqlType.BOOLEAN
        ? "(" + call + " = 1)"
        : call.toString();
  }
}

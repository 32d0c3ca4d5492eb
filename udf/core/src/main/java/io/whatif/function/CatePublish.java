/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.List;

/** Writes a model as macros of the database. */
final class CatePublish implements Body.Registry {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_publish",
          "Writes a model into the database as macros of plain SQL: for a model m, m_effect, m_stderr, m_lower and"
              + " m_upper, which take the model's features. Any DuckDB client scores with them, without Whatif and"
              + " without Java; they stay as they are when the model is fitted again.",
          List.of(
              Argument.required("model", Argument.Type.TEXT, "The model's name."),
              Argument.optional("schema", Argument.Type.TEXT, "The schema the macros go to.")
                  .withDefault("main")),
          List.of(
              new ResultColumn("name", SqlType.VARCHAR, "the macro's name"),
              new ResultColumn(
                  "parameters", SqlType.VARCHAR_LIST, "the features it takes, in order"),
              new ResultColumn("sql", SqlType.VARCHAR, "the statement that made it")),
          "the formulas of cate_effect and cate_stderr",
          "SELECT name, parameters FROM cate_publish('training');",
          List.of(new CatePublish()));

  @Override
  public Action action() {
    return Action.PUBLISH;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.List;

/** Removes a model from the current database. */
final class CateDrop implements Body.Registry {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_drop",
          "Removes all versions of a model from the current database.",
          List.of(Argument.required("model", Argument.Type.TEXT, "The model's name.")),
          List.of(
              new ResultColumn("name", SqlType.VARCHAR, "the model's name"),
              new ResultColumn(
                  "versions_dropped", SqlType.BIGINT, "how many versions were removed")),
          "this project",
          "FROM cate_drop('training');",
          List.of(new CateDrop()));

  @Override
  public Action action() {
    return Action.DROP;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.List;

/** Lists the models of the current database. */
final class CateModels implements Body.Registry {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_models",
          "The models stored in the current database, the newest version of each name, by name.",
          List.of(),
          List.of(
              new ResultColumn("name", SqlType.VARCHAR, "the model's name"),
              new ResultColumn(
                  "version", SqlType.BIGINT, "1 for the first, one more at each replacement"),
              new ResultColumn("method", SqlType.VARCHAR, "the method asked for"),
              new ResultColumn("created_at", SqlType.TIMESTAMP, "when it was fitted, UTC"),
              new ResultColumn("n", SqlType.BIGINT, "rows it was fitted on"),
              new ResultColumn("outcome", SqlType.VARCHAR, "the outcome"),
              new ResultColumn("treatment", SqlType.VARCHAR, "the treatment"),
              new ResultColumn(
                  "features",
                  SqlType.VARCHAR_LIST,
                  "what to pass to cate_effect, in order; arm and versus by name, if they are among them"),
              new ResultColumn(
                  "spec",
                  SqlType.VARCHAR,
                  "the arguments as JSON: spec => gives the same model again"),
              new ResultColumn("payload_bytes", SqlType.BIGINT, "size of the stored model")),
          "this project",
          "FROM cate_models();",
          List.of(new CateModels()));

  @Override
  public Action action() {
    return Action.LIST;
  }
}

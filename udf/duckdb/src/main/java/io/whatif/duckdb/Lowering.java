/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.FunctionDescriptor;
import java.util.List;

/** Writes causal calls as plain DuckDB SQL over the hidden functions of {@link Engine}. */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class Lowering {
  private Lowering() {}

  /**
   * A table function's call as a query in parentheses, to stand in a FROM clause; the caller adds
   * the alias. The relation's text and each expression stand in it once, the relation first.
   *
   * @param token the {@link Scope#token}, or {@link Scope#NATIVE}
   */
  public static String table(CausalCall call, String token) {
    throw new UnsupportedOperationException(call.function().name() + token);
  }

  /**
   * A scoring call as a scalar expression. Each argument stands in it once, in order.
   *
   * @param scalar one of the scoring functions
   * @param header the model, looked up on the user's connection
   * @param arguments the SQL text of each feature, in the model's order
   * @throws io.whatif.data.WhatifException if the number of arguments is wrong
   */
  public static String score(
      FunctionDescriptor scalar, ModelHeader header, List<String> arguments) {
    throw new UnsupportedOperationException(scalar.name() + header + arguments);
  }
}

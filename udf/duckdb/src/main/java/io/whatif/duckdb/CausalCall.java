/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.FunctionDescriptor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A causal call as it was read from SQL.
 *
 * @param function the function called
 * @param relation the text of a query ({@code FROM t}, {@code SELECT ...}) that gives the rows, or
 *     null; used once in the lowered text, so it may hold parameters
 * @param model the name of a stored model, or null
 * @param literals arguments whose value is known: String, Number, Boolean, List or null
 * @param expressions arguments whose value is an expression, as SQL text evaluated in the statement
 */
public record CausalCall(
    FunctionDescriptor function,
    @Nullable String relation,
    @Nullable String model,
    Map<String, @Nullable Object> literals,
    Map<String, String> expressions) {

  public CausalCall {
    literals = Collections.unmodifiableMap(new LinkedHashMap<>(literals));
    expressions = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.FunctionDescriptor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A causal call as it was read from SQL.
 *
 * @param function the function called
 * @param relation the text of a query ({@code FROM t}, {@code SELECT ...}) that gives the rows, or
 *     null; it stands twice in the lowered text, so parameters in it have numbers
 * @param model the name of a stored model, or null; beside a relation the one it is read by
 * @param literals arguments whose value is known: String, Number, Boolean, List or null
 * @param expressions arguments whose value is an expression, as SQL text evaluated in the statement
 * @param outputs of a row-wise function the result columns that are asked for, or null for all
 * @param source the relation as the user wrote it, where {@code relation} is not that
 * @param header of the model that the relation is read by, once it is looked up; else null
 */
public record CausalCall(
    FunctionDescriptor function,
    @Nullable String relation,
    @Nullable String model,
    Map<String, @Nullable Object> literals,
    Map<String, String> expressions,
    @Nullable List<String> outputs,
    @Nullable String source,
    @Nullable ModelHeader header) {

  public CausalCall {
    outputs = outputs == null ? null : List.copyOf(outputs);
    literals = Collections.unmodifiableMap(new LinkedHashMap<>(literals));
    expressions = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
  }

  /** A call that asks for all of its result. */
  public CausalCall(
      FunctionDescriptor function,
      @Nullable String relation,
      @Nullable String model,
      Map<String, @Nullable Object> literals,
      Map<String, String> expressions) {
    this(function, relation, model, literals, expressions, null, null, null);
  }

  /** The same call, asked for these result columns only. */
  public CausalCall asking(List<String> outputs) {
    return new CausalCall(
        function, relation, model, literals, expressions, outputs, source, header);
  }

  /** The same call, whose relation the user wrote as {@code text}. */
  public CausalCall writtenAs(@Nullable String text) {
    return new CausalCall(function, relation, model, literals, expressions, outputs, text, header);
  }

  /** The same call, whose model is {@code found}. */
  public CausalCall by(ModelHeader found) {
    return new CausalCall(function, relation, model, literals, expressions, outputs, source, found);
  }

  /** The relation as the user wrote it. */
  @Override
  public String source() {
    String written = source == null ? relation : source;
    return written == null ? "" : written;
  }

  /** Its {@link #expressions} as one SQL expression that gives them as a JSON object. */
  String expressionsSql() {
    if (expressions.isEmpty()) {
      return "'{}'";
    }
    return expressions.entrySet().stream()
        .map(entry -> SqlText.quote(entry.getKey()) + ": (" + entry.getValue() + ")")
        .collect(Collectors.joining(", ", "to_json({", "})::VARCHAR"));
  }
}

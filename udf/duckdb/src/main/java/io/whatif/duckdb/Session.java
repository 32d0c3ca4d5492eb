/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One causal call of a running statement: opened by {@code whatif_open}, told what to do by {@code
 * begin}, filled by {@code push} from DuckDB's own threads, asked for the answer by {@code answer}
 * or {@code ready}, and closed by DuckDB when the statement ends, however it ends.
 */
final class Session implements AutoCloseable {
  /** The halves of each row's id. */
  private static final int KEY_COLUMNS = 2;

  private final Engine engine;
  private final long handle;
  private final String token;
  private final @Nullable Scope scope;
  private final Map<String, TextCodes> texts = new ConcurrentHashMap<>();
  private volatile String functionName = "whatif";
  private volatile @Nullable Call call;
  private volatile @Nullable SessionMemory memory;
  private volatile double @Nullable [][] outputs;
  private volatile boolean closed;

  /** What {@code begin} found out; {@code kept} is the stored model that spares the fit. */
  private record Call(
      FunctionDescriptor function,
      CallSpec spec,
      Arguments arguments,
      StatementContext context,
      RelationColumns columns,
      RowStore rows,
      Run run,
      @Nullable StoredModel kept) {}

  Session(Engine engine, long handle, String token, @Nullable Scope scope) {
    this.engine = engine;
    this.handle = handle;
    this.token = token;
    this.scope = scope;
  }

  long handle() {
    return handle;
  }

  /** The failure as the user is to see it, noted for the driver. */
  WhatifException failed(Throwable failure) {
    WhatifException mistake = Errors.of(failure, functionName);
    if (scope != null) {
      scope.failed(mistake);
    }
    return mistake;
  }

  /** Checks arguments, columns and the model store, and makes ready for rows. */
  void begin(String specJson, String expressions, String columnsJson, String contextJson)
      throws SQLException {
    CallSpec spec = CallSpec.parse(specJson);
    functionName = spec.function();
    FunctionDescriptor function = engine.function(spec.function());
    Map<String, @Nullable Object> values = spec.arguments();
    values.putAll(JsonText.object(expressions));
    Arguments arguments = Arguments.of(function, values);
    StatementContext context = StatementContext.parse(contextJson);
    boolean rowWise = function.body(Body.RowWise.class).isPresent();
    RelationColumns columns = RelationColumns.parse(columnsJson, spec);
    if (rowWise) {
      columns.checkFree(function.result());
    }
    SessionMemory opened = SessionMemory.open(engine, context, spec.batches());
    memory = opened;
    Run run = new SessionRun(this, scope, opened.budget(), context.threads());
    int width =
        columns.read().size() + (rowWise ? 1 : 0) + (columns.has(spec.id()) ? KEY_COLUMNS : 0);
    RowStore rows = new RowStore(opened.tiles(run, width), columns.read().size(), rowWise);
    call =
        new Call(
            function,
            spec,
            arguments,
            context,
            columns,
            rows,
            run,
            kept(function, arguments, context));
  }

  /** Natively the store is checked here; the driver has checked it on the user's connection. */
  private @Nullable StoredModel kept(
      FunctionDescriptor function, Arguments arguments, StatementContext context)
      throws SQLException {
    if (!function.stores() || scope != null) {
      return null;
    }
    if (!token.equals(Scope.NATIVE)) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          "cannot stand in a view or macro, because it stores a model. Use dml_summary there, or CREATE TABLE AS.");
    }
    try (Connection connection = engine.duplicate()) {
      return ModelStore.on(connection, context.database())
          .checkFit(arguments.requiredText("model"), ifExists(arguments))
          .orElse(null);
    }
  }

  static String ifExists(Arguments arguments) {
    boolean has =
        arguments.function().arguments().stream().anyMatch(a -> a.name().equals("if_exists"));
    String text = has ? arguments.text("if_exists") : null;
    return text == null ? "error" : text;
  }

  /** Takes the rows of a chunk. */
  void push(RowStore.Chunk chunk) {
    Call now = call();
    if (now.kept() == null) {
      now.run().checkCancelled();
      now.rows().add(chunk);
    }
  }

  /** The dictionary of a column, by its name in lower case. */
  TextCodes texts(String column) {
    return texts.computeIfAbsent(column, name -> new TextCodes());
  }

  private List<List<String>> dictionaries(List<RawTable.RawColumn> columns) {
    return columns.stream()
        .map(column -> texts.get(column.name().toLowerCase(Locale.ROOT)))
        .map(codes -> codes == null ? List.<String>of() : codes.inOrder())
        .toList();
  }

  /**
   * Whether {@code pushed} is the number of all rows read; none are where a model spares the fit.
   */
  boolean isAllRows(long pushed) {
    Call now = call();
    return now.kept() != null || pushed == now.rows().rows();
  }

  /** Runs a summary over the rows pushed and gives its rows as JSON. */
  String answer() throws SQLException {
    Call now = call();
    StoredModel kept = now.kept();
    if (kept != null) {
      return JsonText.rows(List.of(kept.report()));
    }
    Body.Summary body = now.function().body(Body.Summary.class).orElseThrow(AssertionError::new);
    Body.Answer answer = body.answer(now.run(), table(now), now.arguments());
    now.run().checkCancelled();
    for (StoredModel model : answer.models()) {
      keep(now, model);
    }
    release();
    return JsonText.rows(answer.rows());
  }

  private void keep(Call now, StoredModel model) throws SQLException {
    FittedModel fitted =
        ModelWriter.fitted(
            model,
            now.arguments(),
            now.spec().relation(),
            ifExists(now.arguments()).equals("replace"));
    engine.models().put(fitted.key(), fitted.model());
    if (scope != null) {
      scope.add(fitted);
      return;
    }
    try (Connection connection = engine.duplicate()) {
      ModelStore.on(connection, now.context().database()).insert(fitted);
    }
    engine.models().changed();
  }

  /** Runs a row-wise function over the rows pushed. */
  void ready() {
    Call now = call();
    Body.RowWise body = now.function().body(Body.RowWise.class).orElseThrow(AssertionError::new);
    Map<String, double[]> columns = body.columns(now.run(), table(now), now.arguments());
    double[][] ordered = new double[now.function().result().size()][];
    for (int i = 0; i < ordered.length; i++) {
      String name = now.function().result().get(i).name();
      double[] column = columns.get(name);
      if (column == null || column.length < now.rows().rows()) {
        throw new IllegalStateException("no full column " + name);
      }
      ordered[i] = column;
    }
    outputs = ordered;
    release();
  }

  /** The values of a row-wise column, indexed by the row's number less 1. */
  double[] output(int column) {
    double[][] now = outputs;
    if (now == null) {
      throw new IllegalStateException("rows are given back before they are computed");
    }
    return now[column];
  }

  private RawTable table(Call now) {
    List<RawTable.RawColumn> columns = now.columns().read();
    return new RawTable(
        columns,
        now.rows().tiles(),
        now.rows().rows(),
        dictionaries(columns),
        now.rows().numbered() ? columns.size() : -1,
        now.columns().has(now.spec().id()) ? columns.size() + (now.rows().numbered() ? 1 : 0) : -1,
        now.columns().allNames());
  }

  private Call call() {
    Call now = call;
    if (now == null) {
      throw new IllegalStateException("rows come before the call");
    }
    return now;
  }

  boolean isClosed() {
    return closed;
  }

  private void release() {
    SessionMemory held = memory;
    memory = null;
    if (held != null) {
      held.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    engine.closed(this);
    release();
    call = null;
    outputs = null;
  }
}

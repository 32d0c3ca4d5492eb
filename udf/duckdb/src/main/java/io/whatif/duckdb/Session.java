/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.MemoryBudget;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.StoredModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One {@link Reading} of a running statement: opened by {@code whatif_open}, told what to do by
 * {@code begin}, filled by {@code push} from DuckDB's own threads, asked for the answer of each
 * call by {@code answer} or {@code ready}, and closed by DuckDB when the statement ends, however it
 * ends. Calls are answered one at a time.
 */
final class Session implements AutoCloseable {
  private final Engine engine;
  private final long handle;
  private final String token;
  private final @Nullable Scope scope;
  private final SessionTexts texts = new SessionTexts();
  private final Map<Integer, double[][]> outputs = new ConcurrentHashMap<>();
  private final SessionPace pace = new SessionPace();
  private final SessionThreads workers = new SessionThreads();
  private volatile String functionName = "whatif";
  private volatile @Nullable Work work;
  private final AtomicReference<@Nullable SessionMemory> memory = new AtomicReference<>();
  private final AnswerThread thread;
  private volatile boolean closed;

  /** What {@code begin} found out. */
  private record Work(
      ReadingSpec spec,
      List<SessionCall> calls,
      StatementContext context,
      RelationColumns columns,
      RowStore rows,
      SharedTiles tiles,
      SessionRun run) {
    /** Whether stored models spare every fit, so that no row is needed. */
    boolean spared() {
      for (SessionCall call : calls) {
        if (call.kept() == null) {
          return false;
        }
      }
      return true;
    }

    /** Whether a condition on groups left none, so that there is nothing to answer. */
    boolean isEmptied() {
      return spec.filtered() && rows.rows() == 0;
    }
  }

  Session(Engine engine, long handle, String token, @Nullable Scope scope) {
    this.engine = engine;
    this.handle = handle;
    this.token = token;
    this.scope = scope;
    this.thread = new AnswerThread("whatif-call-" + handle, this::isCancelled, this::releaseIfOver);
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

  /**
   * What the lowered text tells, each as JSON.
   *
   * @param spec the {@link ReadingSpec}
   * @param expressions of each call the values of arguments that were not literals
   * @param columns of the relation
   * @param context the {@link StatementContext}
   * @param models of each call the payload of the model it reads the rows by; empty if none does
   */
  record Opening(String spec, String expressions, String columns, String context, String models) {}

  /** Checks arguments, columns and the model store, and makes ready for rows. */
  void begin(Opening opening) throws SQLException {
    ReadingSpec spec = ReadingSpec.parse(opening.spec());
    StatementContext context = StatementContext.parse(opening.context());
    List<SessionCall> calls = calls(spec, opening, context);
    String id = spec.id();
    if (id != null && calls.stream().anyMatch(call -> findsIds(call.function()))) {
      texts.keepIds(id);
    }
    RelationColumns columns = RelationColumns.parse(opening.columns(), spec);
    check(calls, columns);
    boolean numbered = calls.stream().anyMatch(SessionCall::isRowWise);
    SessionMemory opened = SessionMemory.open(engine, context, spec.batches());
    memory.set(opened);
    SessionRun run = new SessionRun(this, opened.budget(), context.threads(), spec.sharesFits());
    RowStore.Columns kinds =
        new RowStore.Columns(columns.read().size(), numbered, columns.idColumns(spec.id()));
    RowStore rows = new RowStore(opened.tiles(run, kinds.width()), kinds);
    pace.reading(calls.get(0).spec());
    work =
        new Work(
            spec, calls, context, columns, rows, new SharedTiles(rows.tiles(), calls.size()), run);
  }

  private List<SessionCall> calls(ReadingSpec spec, Opening opening, StatementContext context)
      throws SQLException {
    functionName = spec.calls().get(0).function();
    List<?> values = JsonText.values(opening.expressions());
    List<?> models = JsonText.list(opening.models());
    List<SessionCall> calls = new ArrayList<>();
    for (int i = 0; i < spec.calls().size(); i++) {
      functionName = spec.calls().get(i).function();
      SessionCall call = call(spec.calls().get(i), (Map<?, ?>) values.get(i), context);
      calls.add(
          call.function().readsByModel()
              ? call.readBy(SessionModels.decode(call.spec(), models.get(i)))
              : call);
    }
    return calls;
  }

  /** Refuses columns that calls cannot do with, before a row is read. */
  private void check(List<SessionCall> calls, RelationColumns columns) {
    for (SessionCall call : calls) {
      StoredModel reader = call.reader();
      if (reader != null && call.function().readsFeatures()) {
        functionName = call.function().name();
        SessionModels.check(reader, columns, texts::of);
      }
    }
    for (SessionCall call : calls) {
      if (call.isRowWise()) {
        functionName = call.function().name();
        columns.checkFree(call.function().result());
      }
    }
  }

  private static boolean findsIds(FunctionDescriptor function) {
    return function.readsByModel() && !function.readsFeatures();
  }

  private SessionCall call(CallSpec spec, Map<?, ?> expressions, StatementContext context)
      throws SQLException {
    FunctionDescriptor function = engine.function(spec.function());
    Map<String, @Nullable Object> values = new LinkedHashMap<>(spec.arguments());
    expressions.forEach((name, value) -> values.put(String.valueOf(name), value));
    Arguments arguments = Arguments.of(function, values);
    String id = function.keepsIds(arguments) ? arguments.text("id") : null;
    if (id != null) {
      texts.keepIds(id);
    }
    return new SessionCall(function, spec, arguments, kept(function, arguments, context), null);
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
          .checkFit(arguments.requiredText("model"), SessionCall.ifExists(arguments))
          .orElse(null);
    }
  }

  /**
   * Takes the rows of a chunk.
   *
   * @return the place of the first among all rows; 0 if they are not needed
   */
  long push(RowStore.Chunk chunk) {
    Work now = work();
    if (now.spared()) {
      return 0;
    }
    now.run().checkCancelled();
    return now.rows().add(chunk);
  }

  /** The dictionary of a column, by its name in lower case. */
  TextCodes texts(String column) {
    return texts.of(column);
  }

  /**
   * Whether {@code pushed} is the number of all rows read; none are where models spare the fits.
   */
  boolean isAllRows(long pushed) {
    Work now = work();
    return now.spared() || pushed == now.rows().rows();
  }

  /**
   * Runs the summary that is the call's, and gives its rows as JSON.
   *
   * @param groups how many groups DuckDB finds in the rows, 0 if the call has none
   */
  synchronized String answer(int index, long groups) throws SQLException {
    Work now = work();
    SessionCall call = begin(now, index);
    StoredModel kept = call.kept();
    if (kept != null) {
      now.tiles().reader().close();
      return JsonText.rows(SessionGroups.kept(kept, groups));
    }
    if (now.isEmptied()) {
      now.tiles().reader().close();
      return "[]";
    }
    Run run = pace.answering(call.spec(), now.run(), now.calls().size());
    RawTable table = table(now, call);
    SessionCall.Written written = thread.run(() -> call.written(run, table));
    Body.Answer answer = written.answer();
    run.checkCancelled();
    if (groups > 0) {
      SessionGroups.check(answer.rows(), groups, call.arguments());
    }
    for (FittedModel model : written.models()) {
      model.keep(engine, scope, now.context().database());
    }
    end(now, table.tiles());
    return JsonText.rows(groups > 0 ? SessionGroups.ordered(answer.rows()) : answer.rows());
  }

  /** The call; none is begun once the statement is cancelled, while an earlier one may go on. */
  private SessionCall begin(Work now, int index) {
    SessionCall call = now.calls().get(index);
    functionName = call.function().name();
    now.run().checkCancelled();
    return call;
  }

  /**
   * Gives back what the call took, but for columns that a later call may share; the last call
   * leaves nothing but its outputs.
   */
  private void end(Work now, Tiles read) {
    read.close();
    MemoryBudget budget = now.run().memory();
    if (!now.spec().sharesFits() || !now.tiles().isOpen()) {
      now.rows().tiles().closeSiblings();
    }
    budget.giveBack(budget.used() - now.rows().tiles().takenByAll() - outputBytes());
    if (!now.tiles().isOpen()) {
      release();
    }
  }

  private long outputBytes() {
    return outputs.values().stream().flatMap(Arrays::stream).mapToLong(c -> 8L * c.length).sum();
  }

  /** Runs the row-wise function that is the call's. */
  synchronized void ready(int index) throws SQLException {
    Work now = work();
    SessionCall call = begin(now, index);
    if (now.isEmptied()) {
      outputs.put(index, new double[call.function().result().size()][0]);
      now.tiles().reader().close();
      return;
    }
    Run run = pace.answering(call.spec(), now.run(), now.calls().size());
    RawTable table = table(now, call);
    outputs.put(index, thread.run(() -> call.columns(run, table)));
    run.reached("giving rows back", 1);
    end(now, table.tiles());
  }

  /** The values of a row-wise column, indexed by the row's number less 1. */
  double[] output(int call, int column) {
    double[][] now = outputs.get(call);
    if (now == null) {
      throw new IllegalStateException("rows are given back before they are computed");
    }
    return now[column];
  }

  private RawTable table(Work now, SessionCall call) {
    List<RawTable.RawColumn> columns = now.columns().read();
    return new RawTable(
        columns,
        now.tiles().reader(),
        now.rows().rows(),
        texts.inOrder(columns),
        call.isRowWise() ? columns.size() : -1,
        now.rows().idColumn(),
        now.columns().allNames());
  }

  private Work work() {
    Work now = work;
    if (now == null) {
      throw new IllegalStateException("rows come before the call");
    }
    return now;
  }

  SessionThreads workers() {
    return workers;
  }

  SessionPace pace() {
    return pace;
  }

  /** How far it is; also while it closes. */
  Progress progress() {
    Work now = work;
    return now == null
        ? pace.now(handle, Progress.Load.NONE)
        : pace.now(
            handle,
            new Progress.Load(
                now.rows().rows(),
                now.rows().scans(),
                now.run().memory().used(),
                now.context().threads()));
  }

  /** Whether nobody waits for the answer any more. */
  boolean isCancelled() {
    return closed || (scope != null && scope.isCancelled());
  }

  private void release() {
    SessionMemory held = memory.getAndSet(null);
    if (held != null) {
      held.close();
    }
  }

  /** Work that was given up still reads what the session holds; it comes here when it ends. */
  private void releaseIfOver() {
    if (closed && !thread.isBusy()) {
      release();
      workers.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    if (scope != null) {
      scope.closed(this);
    }
    engine.closed(this);
    releaseIfOver();
    work = null;
    outputs.clear();
  }
}

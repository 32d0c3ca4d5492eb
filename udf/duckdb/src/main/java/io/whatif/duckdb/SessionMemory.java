/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.arrow.ArrowMemory;
import io.whatif.arrow.BudgetedTiles;
import io.whatif.arrow.SpillFiles;
import io.whatif.data.Batches;
import io.whatif.data.HeapTiles;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory and the temporary files of one session. Rows lie off the heap if the JVM allows it,
 * and move to a file when the budget does not suffice, if the connection allows that. Closing it
 * gives all back.
 */
final class SessionMemory implements AutoCloseable {
  private final @Nullable ArrowMemory memory;
  private final @Nullable SpillFiles files;
  private final MemoryBudget budget;
  private final Batches batches;

  private SessionMemory(
      @Nullable ArrowMemory memory,
      @Nullable SpillFiles files,
      MemoryBudget budget,
      Batches batches) {
    this.memory = memory;
    this.files = files;
    this.budget = budget;
    this.batches = batches;
  }

  /**
   * Memory for the statement {@code context} is of.
   *
   * @param batches where rows begin to lie; in memory, if files are not allowed
   */
  static SessionMemory open(Engine engine, StatementContext context, Batches batches) {
    Optional<ArrowMemory> offHeap = engine.openMemory();
    MemoryBudget budget = new MemoryBudget(context.memoryLimit(offHeap.isEmpty()));
    String refusal = refusal(context);
    if (refusal != null) {
      budget.cannotSpill(refusal);
    }
    SpillFiles files = refusal == null ? new SpillFiles(directories(context)) : null;
    return new SessionMemory(offHeap.orElse(null), files, budget, batches);
  }

  /**
   * Why there must be no file, or null if there may be. DuckDB itself spills to temp_directory with
   * or without external access; so may we, where no statement can say which folder that is.
   */
  private static @Nullable String refusal(StatementContext context) {
    if (!context.external() && !context.locked()) {
      return "enable_external_access is false";
    }
    return context.temporary().isBlank() ? "temp_directory is empty" : null;
  }

  private static List<Path> directories(StatementContext context) {
    String last = context.external() ? System.getProperty("java.io.tmpdir", "") : "";
    return Stream.of(context.temporary(), last)
        .filter(name -> !name.isEmpty())
        .flatMap(SessionMemory::path)
        .toList();
  }

  private static Stream<Path> path(String name) {
    try {
      return Stream.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Stream.empty(); // such as a remote one: the next may hold the file
    }
  }

  MemoryBudget budget() {
    return budget;
  }

  /** An empty store for the rows of {@code run}, which has {@link #budget}. */
  BudgetedTiles tiles(Run run, int columns) {
    Tiles inMemory = memory == null ? new HeapTiles(columns) : memory.tiles(columns);
    return files != null && batches == Batches.SPILLED
        ? BudgetedTiles.inFile(run, inMemory, files)
        : BudgetedTiles.inMemory(run, inMemory, files);
  }

  @Override
  public void close() {
    try {
      if (files != null) {
        files.close();
      }
    } finally {
      if (memory != null) {
        memory.close();
      }
    }
  }
}

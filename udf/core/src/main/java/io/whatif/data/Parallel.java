/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs numbered, independent pieces of work on the threads a {@link Run} allows. */
public final class Parallel {
  /** Rows of a range. */
  static final int RANGE = 1 << 16;

  private Parallel() {}

  /** One piece of work, by its number. */
  @FunctionalInterface
  public interface Piece {
    void run(int index);
  }

  /**
   * Runs pieces 0..count-1, each once, and returns when all are done. The calling thread takes
   * part. A failure stops the handing out of further pieces; that of the lowest number is rethrown
   * here: pieces are handed out in order, so it does not depend on the threads.
   */
  public static void forEach(Run run, int count, Piece piece) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          int index = next.getAndIncrement();
          while (index < count && failure.get() == null) {
            try {
              run.checkCancelled();
              piece.run(index);
            } catch (RuntimeException | Error e) {
              Failure mine = new Failure(index, e);
              failure.accumulateAndGet(mine, Failure::first);
            }
            index = next.getAndIncrement();
          }
        };
    List<Future<?>> helpers = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(run.threads(), count); i++) {
        helpers.add(run.workers().begin(worker));
      }
      worker.run();
    } finally {
      next.set(count);
      await(helpers);
    }
    Failure thrown = failure.get();
    if (thrown != null) {
      throw thrown.asUnchecked();
    }
  }

  /** Some rows, one range after the other. */
  @FunctionalInterface
  public interface Range {
    void run(int from, int to);
  }

  /** Runs ranges of {@value #RANGE} rows that make up {@code rows}, as {@link #forEach}. */
  public static void forEachRange(Run run, int rows, Range range) {
    forEach(
        run,
        (int) (((long) rows + RANGE - 1) / RANGE),
        index -> range.run(index * RANGE, (int) Math.min(rows, (index + 1L) * RANGE)));
  }

  /** What some rows come to. */
  @FunctionalInterface
  public interface RangeOf<R> {
    R of(int from, int to);
  }

  /**
   * What each range comes to, in the order of rows.
   *
   * @param run whose threads work; null for this thread alone
   */
  public static <R> List<R> ofRanges(@Nullable Run run, int rows, RangeOf<R> range) {
    ConcurrentSkipListMap<Integer, R> found = new ConcurrentSkipListMap<>();
    Range each = (from, to) -> found.put(from, range.of(from, to));
    if (run == null) {
      for (int from = 0; from < rows; from += Math.min(RANGE, rows - from)) {
        each.run(from, from + Math.min(RANGE, rows - from));
      }
    } else {
      forEachRange(run, rows, each);
    }
    return List.copyOf(found.values());
  }

  /** What some rows come to, worked out by something of their own. */
  @FunctionalInterface
  public interface RangeBy<T, R> {
    R of(T own, int from, int to);
  }

  /**
   * The same, each range by something that is made for it and that one thread uses. The first is
   * made by this thread: of two that come to a lambda at once for the first time, one would make a
   * class for it that the archive of classes has.
   */
  public static <T, R> List<R> ofRanges(
      @Nullable Run run, int rows, Supplier<T> makes, RangeBy<T, R> range) {
    AtomicReference<@Nullable T> first = new AtomicReference<>(makes.get());
    return ofRanges(
        run,
        rows,
        (from, to) -> {
          T made = first.getAndSet(null);
          return range.of(made == null ? makes.get() : made, from, to);
        });
  }

  /** A whole number of some rows. */
  @FunctionalInterface
  public interface RangeSum {
    long of(int from, int to);
  }

  /** The sum over ranges of rows, modulo 2^64, which does not depend on their order. */
  public static long sum(Run run, int rows, RangeSum range) {
    AtomicLong sum = new AtomicLong();
    forEachRange(run, rows, (from, to) -> sum.addAndGet(range.of(from, to)));
    return sum.get();
  }

  /** What a piece threw. */
  private record Failure(int index, Throwable thrown) {
    static @Nullable Failure first(@Nullable Failure known, @Nullable Failure other) {
      return known == null || (other != null && other.index < known.index) ? other : known;
    }

    RuntimeException asUnchecked() {
      if (thrown instanceof Error error) {
        throw error;
      }
      return (RuntimeException) thrown;
    }
  }

  /** Waits for all, however often this thread is interrupted. */
  private static void await(List<Future<?>> helpers) {
    boolean interrupted = false;
    Throwable thrown = null;
    for (Future<?> helper : helpers) {
      boolean over = false;
      while (!over) {
        try {
          helper.get();
          over = true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          thrown = e.getCause();
          over = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thrown != null) {
      throw new IllegalStateException("work that throws nothing has thrown", thrown);
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.Scope;
import io.whatif.model.StoredModel;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plans a statement beside everything else once in a JVM, so that the classes of the planner, of
 * which Calcite's take longest, are loaded when the first causal statement comes. It begins a
 * little later, so that a connection of a single plain statement does not pay for it, or at once
 * where a causal statement is known to come.
 */
final class WarmUp {
  private static final long DELAY_MILLIS = 300;

  private static final String STATEMENT =
      "SELECT * FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => ['x']) a,"
          + " propensity_trim(TABLE t, treatment => 'd', controls => ['x']) b";

  private static final CountDownLatch KNOWN = new CountDownLatch(1);

  static {
    Thread thread = new Thread(WarmUp::plan);
    thread.setName("whatif-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private WarmUp() {}

  private static void plan() {
    try {
      KNOWN.await(DELAY_MILLIS, TimeUnit.MILLISECONDS);
      Planner.plan(STATEMENT, new NoModels(), Scope.NATIVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins with the first call, by loading this class; further calls do nothing. */
  static void begin() {}

  /** The same without the delay. */
  static void beginAtOnce() {
    KNOWN.countDown();
  }

  /** The statement names no model. */
  private static final class NoModels implements Planner.Models {
    @Override
    public ModelHeader header(String name) {
      throw new IllegalStateException("no model is named");
    }

    @Override
    public StoredModel load(String name) {
      throw new IllegalStateException("no model is named");
    }

    @Override
    public Optional<StoredModel> beforeFit(String name, String ifExists) {
      return Optional.empty();
    }

    @Override
    public OptionalLong rows(String query) {
      return OptionalLong.empty();
    }

    @Override
    public long memoryLimit() {
      return Long.MAX_VALUE;
    }

    @Override
    public String file(String path) {
      throw new IllegalStateException("no file is read");
    }

    @Override
    public String list() {
      throw new IllegalStateException("no model is listed");
    }
  }
}

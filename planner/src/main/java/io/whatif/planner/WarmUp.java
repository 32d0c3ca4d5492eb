/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
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
 * little later, so that a connection of a single plain statement does not pay for it. Where a
 * causal statement is known to come, that one is planned, which may need less.
 */
final class WarmUp {
  private static final long DELAY_MILLIS = 300;

  private static final String STATEMENT =
      "SELECT * FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => ['x']) a,"
          + " propensity_trim(TABLE t, treatment => 'd', controls => ['x']) b";

  /** Down when a statement that will come was given. */
  private static final CountDownLatch KNOWN = new CountDownLatch(1);

  static {
    Thread thread = new Thread(WarmUp::planIfNoneIsKnown);
    thread.setName("whatif-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private WarmUp() {}

  private static void planIfNoneIsKnown() {
    try {
      if (!KNOWN.await(DELAY_MILLIS, TimeUnit.MILLISECONDS)) {
        plan(STATEMENT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void plan(String statement) {
    Planner.plan(statement, new NoModels(), Scope.NATIVE);
  }

  /** Begins with the first call, by loading this class; further calls do nothing. */
  static void begin() {}

  /** Plans a statement that will come, on this thread; throws what is wrong with it. */
  static void by(String statement) {
    KNOWN.countDown();
    plan(statement);
  }

  /** Ends the plan where it comes to a model: which there are is not known yet. */
  private static final class NoModels implements Planner.Models {
    private static WhatifException notYet() {
      return new WhatifException(ErrorCode.BAD_STATEMENT, "no connection is open yet");
    }

    @Override
    public ModelHeader header(String name) {
      throw notYet();
    }

    @Override
    public StoredModel load(String name) {
      throw notYet();
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
      throw notYet();
    }

    @Override
    public String list() {
      throw notYet();
    }
  }
}

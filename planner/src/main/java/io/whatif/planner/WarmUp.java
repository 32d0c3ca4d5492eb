/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.Scope;
import io.whatif.model.StoredModel;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Plans a statement ahead, so that the classes of the planner are loaded when the first causal
 * statement comes: that statement where it is known, which may need few of them, else one that
 * needs all.
 */
final class WarmUp {
  private static final long DELAY_MILLIS = 300;

  private static final String STATEMENT =
      "SELECT * FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => ['x']) a,"
          + " propensity_trim(TABLE t, treatment => 'd', controls => ['x']) b";

  private WarmUp() {}

  /**
   * Plans a statement that needs all, once in a JVM and beside everything else. It begins a little
   * later, so that a connection of a single plain statement does not pay for it.
   */
  static void begin() {
    Later.begin();
  }

  /** Plans a statement that will come, on this thread; throws what is wrong with it. */
  static void by(String statement) {
    Planner.plan(statement, new NoModels(), Scope.NATIVE);
  }

  /** Loaded by the first who wants it. */
  private static final class Later {
    static {
      Thread thread = new Thread(Later::plan);
      thread.setName("whatif-warm-up");
      thread.setDaemon(true);
      thread.start();
    }

    static void begin() {}

    private static void plan() {
      try {
        Thread.sleep(DELAY_MILLIS);
        by(STATEMENT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
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

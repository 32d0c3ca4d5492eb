/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import org.jspecify.annotations.Nullable;

/** The surroundings of an estimate inside a statement. */
record SessionRun(Session session, @Nullable Scope scope, MemoryBudget memory, int threads)
    implements Run {

  @Override
  public void checkCancelled() {
    if (session.isClosed() || (scope != null && scope.isCancelled())) {
      throw new WhatifException(ErrorCode.CANCELLED, "was cancelled.");
    }
  }

  @Override
  public void progress(String phase, long done, long total) {
    if (scope != null) {
      scope.progress(new Progress(phase, done, total));
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.data.Workers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of the estimates of a session.
 *
 * @param made what calls have made to share, by what decides it; null if they share nothing
 * @param settled what was decided for all, by what decides it
 */
record SessionRun(
    Session session,
    MemoryBudget memory,
    int threads,
    @Nullable Map<Record, Object> made,
    Map<Record, Object> settled)
    implements Run {

  SessionRun(Session session, MemoryBudget memory, int threads, boolean shares) {
    this(session, memory, threads, shares ? new HashMap<>() : null, new ConcurrentHashMap<>());
  }

  @Override
  public boolean shares() {
    return made != null;
  }

  /** Calls of a session are answered one at a time, so that nothing is made twice. */
  @Override
  @SuppressWarnings("unchecked") // equal keys are of one class, and a class of keys has one result
  public <T> T shared(Supplier<? extends Record> key, Supplier<T> make) {
    if (made == null) {
      return make.get();
    }
    Record decides = key.get();
    Object known = made.get(decides);
    if (known == null) {
      known = make.get();
      made.put(decides, known);
    }
    return (T) known;
  }

  /** Groups may ask for the same at once: both make it, and it is the same. */
  @Override
  @SuppressWarnings("unchecked") // as in shared
  public <T> T once(Record key, Supplier<T> make) {
    Object known = settled.get(key);
    if (known == null) {
      known = make.get();
      settled.putIfAbsent(key, known);
    }
    return (T) known;
  }

  @Override
  public Workers workers() {
    return session.workers();
  }

  @Override
  public void checkCancelled() {
    if (session.isCancelled()) {
      throw new WhatifException(ErrorCode.CANCELLED, "was cancelled.");
    }
  }

  @Override
  public void reached(String phase, double share) {
    session.pace().reached(phase, share);
  }
}

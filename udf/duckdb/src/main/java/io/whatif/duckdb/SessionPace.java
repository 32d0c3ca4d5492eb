/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Run;

/**
 * How far a session is and how fast it goes. Reading the rows counts as the first {@value #READING}
 * of the work, the calls share the rest evenly. What is left is told as if it went on as it did
 * since the rows were read. Safe for use by several threads.
 */
final class SessionPace {
  private static final double READING = 0.1;

  /** Before so many seconds and so much of the work nothing can be told of the rest. */
  private static final double TELLING_SECONDS = 0.5;

  private static final double TELLING_SHARE = 0.02;

  private final long opened = System.nanoTime();
  private Progress.Call call = new Progress.Call("whatif", null, null);
  private String phase = "starting";
  private boolean reading = true;
  private double share;
  private int answers;
  private long began = opened;
  private volatile long told = opened;
  private volatile boolean called;

  /** Tells that rows are read for calls of which this is the first. */
  synchronized void reading(CallSpec first) {
    call = called(first);
    called = true;
    phase = "reading rows";
    told = System.nanoTime();
  }

  /** Tells that a call, one of so many, is answered; gives the run it is answered in. */
  synchronized Run answering(CallSpec next, Run run, int calls) {
    call = called(next);
    if (reading) {
      reading = false;
      began = System.nanoTime();
      share = READING;
    }
    double each = (1 - READING) / calls;
    double from = READING + each * Math.min(calls - 1, answers++);
    reached("preparing", from);
    return run.part("", from, from + each);
  }

  private static Progress.Call called(CallSpec spec) {
    Object named = spec.model() == null ? spec.arguments().get("model") : spec.model();
    return new Progress.Call(
        spec.function(), named instanceof String name ? name : null, spec.relation());
  }

  /** Tells what is worked at; less than was reached before is no step back. */
  synchronized void reached(String phase, double share) {
    this.phase = plain(phase);
    this.share = Math.min(1, Math.max(this.share, share));
    told = System.nanoTime();
  }

  /** Without the options that stand in brackets behind the names of learners. */
  private static String plain(String phase) {
    String text = phase;
    while (text.contains("(")) {
      String shorter = text.replaceAll("\\([^()]*\\)", "");
      if (shorter.equals(text)) {
        return text;
      }
      text = shorter;
    }
    return text;
  }

  /** Whether it is known what was called: before, a session is no call of anybody's. */
  boolean isCalled() {
    return called;
  }

  /** When it was told of last. */
  long told() {
    return told;
  }

  synchronized Progress now(long session, Progress.Load load) {
    long now = System.nanoTime();
    double since = (now - began) / 1e9;
    double done = share - READING;
    double left =
        reading || since < TELLING_SECONDS || done < TELLING_SHARE
            ? Double.NaN
            : since * (1 - share) / done;
    return new Progress(
        session,
        call,
        phase,
        reading ? Double.NaN : share,
        new Progress.Time((now - opened) / 1e9, left),
        load);
  }
}

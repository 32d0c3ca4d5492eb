/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds the driver adds to a statement without a causal call, by the length of its text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PassThroughBenchmark {
  private static final String COLUMN =
      "  round(sum(CASE WHEN o.region = 'north' THEN o.amount * 1.2 END), 2) AS \"total %d\", -- %d\n";

  @Param({"400", "4000", "40000", "1000000"})
  public int characters = 400;

  /** What the text holds of ours: nothing, or a function's name in a string. */
  @Param({"nothing", "a name in a string"})
  public String holds = "nothing";

  private String statement = "";

  /** Writes a statement of that length. */
  @Setup
  public void write() {
    StringBuilder text = new StringBuilder("SELECT\n");
    for (int i = 0; text.length() < characters; i++) {
      text.append(String.format(COLUMN, i, i));
    }
    text.append(holds.equals("nothing") ? "'none'" : "'cate_effect(1)'");
    statement = text.append(" AS note FROM orders o GROUP BY ALL").toString();
  }

  /** All that the driver asks before it hands the text on. */
  @Benchmark
  public boolean concerns() {
    return Planner.concerns(statement);
  }
}

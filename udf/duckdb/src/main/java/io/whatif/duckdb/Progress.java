/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a running call is.
 *
 * @param session its number
 * @param call the function, the model and the relation
 * @param phase what is worked at
 * @param share how much of the work is done, between 0 and 1; NaN while that is not known
 * @param time since it began, and still to come
 * @param load what it holds
 */
public record Progress(long session, Call call, String phase, double share, Time time, Load load) {

  /**
   * What was called.
   *
   * @param model that it fits or reads, or null
   * @param relation as the user wrote it, or null
   */
  public record Call(String function, @Nullable String model, @Nullable String relation) {}

  /**
   * Seconds.
   *
   * @param left an estimate; NaN until it can be told
   */
  public record Time(double elapsed, double left) {}

  /**
   * What a session holds and does.
   *
   * @param rows read from the relation
   * @param scans how often all values kept of them were read since
   * @param memory bytes of its memory limit
   */
  public record Load(long rows, double scans, long memory, int threads) {
    static final Load NONE = new Load(0, 0, 0, 1);
  }

  /** One line for people while the call runs; what matters most stands first. */
  public String text() {
    StringBuilder line = new StringBuilder(call.function()).append(' ').append(done());
    line.append(", ").append(duration(time.elapsed()));
    if (!Double.isNaN(time.left()) && share < 1) {
      line.append(", about ").append(duration(Math.ceil(time.left()))).append(" left");
    }
    return line.append(": ").append(phase).toString();
  }

  /** One line for people when the call was stopped. */
  public String stoppedText() {
    return "%s stopped at %s after %s: %s"
        .formatted(call.function(), done(), duration(time.elapsed()), phase);
  }

  private String done() {
    return Double.isNaN(share)
        ? String.format(Locale.ROOT, "%,d rows", load.rows())
        : String.format(Locale.ROOT, "%.0f%%", Math.floor(100 * share));
  }

  private static String duration(double seconds) {
    long whole = (long) seconds;
    if (whole < 100) {
      return whole + " s";
    }
    return whole < 6_000
        ? String.format(Locale.ROOT, "%d min %d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %d min", whole / 3_600, whole / 60 % 60);
  }

  /** The row of {@code whatif_progress()}. */
  Map<String, @Nullable Object> row() {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("session", session);
    row.put("function", call.function());
    row.put("model", call.model());
    row.put("relation", call.relation());
    row.put("phase", phase);
    row.put("percent", 100 * share);
    row.put("elapsed_seconds", time.elapsed());
    row.put("seconds_left", time.left());
    row.put("rows_read", load.rows());
    row.put("scans", load.scans());
    row.put("memory_bytes", load.memory());
    row.put("threads", (long) load.threads());
    return row;
  }
}

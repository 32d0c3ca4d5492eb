/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.util.HashMap;
import java.util.Map;

/** How much a session may keep of one kind: so many, and so many bytes in all. */
final class Allowance {
  private final String kind;
  private final int most;
  private final long mostBytes;
  private final Map<String, Long> sizes = new HashMap<>();
  private long bytes;

  /**
   * Nothing is kept yet.
   *
   * @param kind what is kept, in words
   */
  Allowance(String kind, int most, long mostBytes) {
    this.kind = kind;
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Keeps one more, whose name is not taken; throws if that is too many or too much. */
  void take(String name, long size) throws WireException {
    if (sizes.size() >= most) {
      throw new WireException(
          Report.error(
              SqlState.OUT_OF_MEMORY, "a session may hold %d %s at most".formatted(most, kind)));
    }
    if (bytes + size > mostBytes) {
      throw new WireException(
          Report.error(
              SqlState.OUT_OF_MEMORY,
              "a session may hold %s of %d bytes in all at most".formatted(kind, mostBytes)));
    }
    sizes.put(name, size);
    bytes += size;
  }

  /** One of that name is kept no more, if it was. */
  void giveBack(String name) {
    Long size = sizes.remove(name);
    bytes -= size == null ? 0 : size;
  }

  /** Nothing is kept any more. */
  void clear() {
    sizes.clear();
    bytes = 0;
  }
}

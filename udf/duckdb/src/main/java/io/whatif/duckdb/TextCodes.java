/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.RawTable;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The dictionary of a column's texts: a text's code is its place in the order of first sight. Safe
 * for several threads.
 */
final class TextCodes {
  /** Texts kept at most; a column that is encoded has far fewer. */
  static final int CAPACITY = 50_000;

  /** The same of texts that are ids, and may differ in every row. */
  static final int IDS = 2_000_000;

  private final ConcurrentHashMap<String, Integer> codes = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final int capacity;

  TextCodes(int capacity) {
    this.capacity = capacity;
  }

  /** The code of {@code text}, or {@link RawTable#OVERFLOW} if there is no room for it. */
  double code(String text) {
    Integer known = codes.get(text);
    if (known == null) {
      if (next.get() >= capacity) {
        return RawTable.OVERFLOW;
      }
      known = codes.computeIfAbsent(text, t -> next.getAndIncrement());
    }
    return known;
  }

  /** Makes sure that there is room for texts that must have a code. */
  void know(List<String> texts) {
    texts.forEach(text -> codes.computeIfAbsent(text, t -> next.getAndIncrement()));
  }

  /** Texts by code; only when all writers are done. */
  List<String> inOrder() {
    String[] texts = new String[next.get()];
    codes.forEach((text, code) -> texts[code] = text);
    return List.of(texts);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes to a text at places of its own, made all at once. What is between them stays. */
final class TextEdits {
  private record Edit(int start, int end, String text) {}

  private final List<Edit> edits = new ArrayList<>();

  boolean isEmpty() {
    return edits.isEmpty();
  }

  void replace(int start, int end, String text) {
    edits.add(new Edit(start, end, text));
  }

  /** Inserts before what stands at {@code position}; what is inserted there later comes after. */
  void insert(int position, String text) {
    edits.add(new Edit(position, position, text));
  }

  String applied(String text) {
    List<Edit> ordered = new ArrayList<>(edits);
    ordered.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
    StringBuilder result = new StringBuilder(text.length() + 64);
    int copied = 0;
    for (Edit edit : ordered) {
      if (edit.start() < copied) { // Within what another edit has replaced.
        continue;
      }
      result.append(text, copied, edit.start()).append(edit.text());
      copied = edit.end();
    }
    return result.append(text, copied, text.length()).toString();
  }
}

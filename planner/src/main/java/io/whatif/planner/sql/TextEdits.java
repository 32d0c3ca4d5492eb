/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes to a text at places of its own, made all at once. What is between them stays. An edit
 * within what another one replaces is dropped.
 */
public final class TextEdits {
  private record Edit(int start, int end, String text) {
    /** By where they begin, and what takes no place before what does. */
    static int inOrder(Edit one, Edit other) {
      int byStart = Integer.compare(one.start, other.start);
      return byStart != 0 ? byStart : Integer.compare(one.end, other.end);
    }
  }

  private final List<Edit> edits = new ArrayList<>();

  public boolean isEmpty() {
    return edits.isEmpty();
  }

  /** Puts {@code text} in the place of the characters from {@code start} to {@code end - 1}. */
  public void replace(int start, int end, String text) {
    edits.add(new Edit(start, end, text));
  }

  /** Inserts before what stands at {@code position}; what is inserted there later comes after. */
  public void insert(int position, String text) {
    edits.add(new Edit(position, position, text));
  }

  /** The text with all changes; {@code text} is what their places are of. */
  public String applied(String text) {
    List<Edit> ordered = new ArrayList<>(edits);
    ordered.sort(Edit::inOrder);
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

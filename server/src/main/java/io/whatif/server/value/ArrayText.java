/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code {a,"b c",NULL}}: an array of one level in the text format. */
final class ArrayText {
  private final String text;
  private int at = 1;

  private ArrayText(String text) {
    this.text = text;
  }

  /**
   * Its elements, null for NULL.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  static List<@Nullable String> read(String literal) {
    String text = literal.strip();
    if (!text.startsWith("{") || !text.endsWith("}")) {
      throw new IllegalArgumentException("malformed array literal: \"" + literal + "\"");
    }
    return new ArrayText(text).elements();
  }

  private List<@Nullable String> elements() {
    List<@Nullable String> elements = new ArrayList<>();
    skipSpace();
    if (at == text.length() - 1) {
      return elements;
    }
    while (true) {
      elements.add(element());
      skipSpace();
      if (at >= text.length() - 1) {
        return elements;
      }
      if (text.charAt(at) != ',') {
        throw new IllegalArgumentException("malformed array literal: \"" + text + "\"");
      }
      at++;
      skipSpace();
    }
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private @Nullable String element() {
    char first = text.charAt(at);
    if (first == '{') {
      throw new IllegalArgumentException("arrays of several dimensions are not supported");
    }
    StringBuilder element = new StringBuilder();
    boolean quoted = first == '"';
    at += quoted ? 1 : 0;
    while (at < text.length() - 1) {
      char c = text.charAt(at);
      if (quoted ? c == '"' : c == ',') {
        break;
      }
      if (c == '\\') {
        at++;
      }
      element.append(text.charAt(at++));
    }
    if (quoted) {
      at++;
      return element.toString();
    }
    String plain = element.toString().strip();
    return plain.equalsIgnoreCase("NULL") ? null : plain;
  }
}

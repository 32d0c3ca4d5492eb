/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A learner as it is written: a name, and what stands in brackets behind it. */
record LearnerText(String name, List<Part> parts) {
  private static final Pattern WHOLE = Pattern.compile("([a-z_]+)(?:\\((.*)\\))?");
  private static final Pattern NAMED = Pattern.compile("([a-z_0-9]+)(?:=>|:=|=|:)(.*)");

  /**
   * One of the options in brackets.
   *
   * @param option its name, empty if the value stands alone
   */
  record Part(String option, String value) {}

  /** Case and spaces do not matter; null if this cannot be a learner. */
  static @Nullable LearnerText read(String text) {
    Matcher whole = WHOLE.matcher(text.toLowerCase(Locale.ROOT).replaceAll("\\s+", ""));
    if (!whole.matches()) {
      return null;
    }
    String name = whole.group(1);
    String inside = whole.group(2);
    List<Part> parts = new ArrayList<>();
    if (inside == null || inside.isEmpty()) {
      return new LearnerText(name, parts);
    }
    List<String> pieces = pieces(inside);
    for (String piece : pieces == null ? List.<String>of() : pieces) {
      Matcher named = NAMED.matcher(piece);
      parts.add(named.matches() ? new Part(named.group(1), named.group(2)) : new Part("", piece));
    }
    return pieces == null ? null : new LearnerText(name, parts);
  }

  /** What commas outside brackets divide; null if brackets do not match. */
  private static @Nullable List<String> pieces(String inside) {
    List<String> pieces = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0) {
        return null;
      }
      if (c == ',' && depth == 0) {
        pieces.add(inside.substring(from, i));
        from = i + 1;
      }
    }
    pieces.add(inside.substring(from));
    return depth == 0 ? pieces : null;
  }
}

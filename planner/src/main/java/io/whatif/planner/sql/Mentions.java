/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether a text may concern us: one look at each of its words, before it is cut into tokens. It
 * knows no strings or comments, so it may say yes where there is no call, but never no where there
 * is one.
 */
final class Mentions {
  /** Loaded with the first word that may be a function's: not by {@code SELECT 1}. */
  private static final class Names {
    /** The names of functions by their first letter. */
    private static final List<List<String>> BY_LETTER = byLetter();

    private static List<List<String>> byLetter() {
      List<List<String>> all = new ArrayList<>();
      for (char letter = 'a'; letter <= 'z'; letter++) {
        List<String> names = new ArrayList<>();
        for (FunctionDescriptor function : Catalog.ALL) {
          if (function.name().charAt(0) == letter) {
            names.add(function.name());
          }
        }
        all.add(List.copyOf(names));
      }
      return List.copyOf(all);
    }
  }

  private Mentions() {}

  /** Whether a function's name stands as a word before an opening bracket or a comment. */
  static boolean ofFunction(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (!Lexer.isWordPart(text.charAt(i))) {
        continue;
      }
      int start = i;
      while (i < length && Lexer.isWordPart(text.charAt(i))) {
        i++;
      }
      if (isCalled(text, i) && isName(text, start, i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a function has that name, compared without case. */
  static boolean isName(String word) {
    return !word.isEmpty() && isName(word, 0, word.length());
  }

  private static boolean isName(String text, int start, int end) {
    int letter = (text.charAt(start) | 32) - 'a';
    if (letter < 0 || letter >= Names.BY_LETTER.size()) {
      return false;
    }
    for (String name : Names.BY_LETTER.get(letter)) {
      if (name.length() == end - start && text.regionMatches(true, start, name, 0, end - start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCalled(String text, int end) {
    int i = end < text.length() && text.charAt(end) == '"' ? end + 1 : end;
    while (i < text.length() && Lexer.isSpace(text.charAt(i))) {
      i++;
    }
    return text.startsWith("(", i) || text.startsWith("--", i) || text.startsWith("/*", i);
  }

  /** Whether a word of {@code text} begins with {@code prefix}, which is of ASCII in lower case. */
  static boolean ofPrefix(String text, String prefix) {
    char lower = prefix.charAt(0);
    int upper = lower - 32;
    int last = text.length() - prefix.length();
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      if ((c == lower || c == upper) && text.regionMatches(true, i, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of {@code words}, which are of ASCII in lower case, stands in {@code text}. */
  static boolean ofWord(String text, Set<String> words) {
    for (int i = 0; i < text.length(); i++) {
      if (!Lexer.isWordPart(text.charAt(i))) {
        continue;
      }
      int start = i;
      while (i < text.length() && Lexer.isWordPart(text.charAt(i))) {
        i++;
      }
      for (String word : words) {
        if (word.length() == i - start && text.regionMatches(true, start, word, 0, i - start)) {
          return true;
        }
      }
    }
    return false;
  }
}

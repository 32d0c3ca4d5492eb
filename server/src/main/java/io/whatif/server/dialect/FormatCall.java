/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's {@code format('%I.%I', a, b)}, where the text is a literal, as a concatenation. */
final class FormatCall {
  private static final Pattern PLACE = Pattern.compile("%([ILs])");

  private FormatCall() {}

  private static String function(String kind) {
    return switch (kind) {
      case "I" -> CatalogScript.inCatalog("quote_ident");
      case "L" -> CatalogScript.inCatalog("quote_nullable");
      default -> "concat";
    };
  }

  /** Rewrites the call whose name ends at {@code last}; false if it is not of that form. */
  static boolean apply(SqlTokens sql, TextEdits edits, int first, int last) {
    int close = sql.closing(last + 1);
    List<int[]> arguments = sql.splitAtCommas(last + 2, close);
    boolean literal =
        !arguments.isEmpty()
            && arguments.get(0)[1] - arguments.get(0)[0] == 1
            && sql.is(arguments.get(0)[0], Token.Kind.STRING);
    if (!literal) {
      return false;
    }
    int text = arguments.get(0)[0];
    String pattern = sql.string(text);
    List<String> functions = new ArrayList<>();
    List<String> between = new ArrayList<>();
    Matcher places = PLACE.matcher(pattern);
    int copied = 0;
    while (places.find()) {
      between.add(pattern.substring(copied, places.start()));
      functions.add(function(places.group(1)));
      copied = places.end();
    }
    String plain = pattern.substring(copied);
    if (functions.isEmpty() || functions.size() != arguments.size() - 1) {
      return false;
    }
    edits.replace(sql.start(first), sql.end(last), "concat");
    edits.replace(sql.start(text), sql.end(text), CausalFunctionRows.quote(between.get(0)));
    for (int i = 0; i < functions.size(); i++) {
      int[] argument = arguments.get(i + 1);
      String before = i == 0 ? "" : CausalFunctionRows.quote(between.get(i)) + ", ";
      edits.insert(sql.start(argument[0]), before + functions.get(i) + "(");
      edits.insert(sql.end(argument[1] - 1), ")");
    }
    edits.insert(sql.start(close), ", " + CausalFunctionRows.quote(plain));
    return true;
  }
}

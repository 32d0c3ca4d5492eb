/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a statement's text asks of the session's parameters: current_setting, set_config,
 * pg_settings.
 */
final class SettingCalls {
  /** Sets a parameter at once. */
  interface Setter {
    String set(String name, String value, boolean local) throws Refused;
  }

  static final String PATH =
      "replace(coalesce(nullif(current_setting('search_path'), ''), 'main'), ',', ', ')";

  private final SessionParameters parameters;
  private final Setter setter;

  SettingCalls(SessionParameters parameters, Setter setter) {
    this.parameters = parameters;
    this.setter = setter;
  }

  /** Rewrites the call whose name ends at {@code last}; whether it is one of PostgreSQL's. */
  boolean call(SqlTokens sql, TextEdits edits, int first, int last) throws Refused {
    int close = sql.closing(last + 1);
    int from = sql.start(first);
    int to = sql.end(close);
    List<int[]> arguments = sql.splitAtCommas(last + 2, close);
    boolean reads = sql.name(last).equalsIgnoreCase("current_setting");
    int[] name = arguments.isEmpty() ? new int[] {0, 0} : arguments.get(0);
    boolean literal = name[1] - name[0] == 1 && sql.is(name[0], Token.Kind.STRING);
    if (!reads) {
      return literal && arguments.size() == 3 && set(sql, edits, arguments, from, to);
    }
    if (!literal) {
      edits.replace(from, sql.end(last), CatalogScript.inCatalog("whatif_setting"));
      edits.insert(sql.start(close), ", " + values());
      return true;
    }
    String parameter = sql.string(name[0]);
    if (parameter.equalsIgnoreCase(PostgresParameter.SEARCH_PATH)) {
      edits.replace(from, to, PATH);
      return true;
    }
    boolean missing = arguments.size() > 1 && !sql.keyword(arguments.get(1)[0]).equals("FALSE");
    if (parameters.value(parameter).isPresent()) {
      edits.replace(from, to, CausalFunctionRows.quote(parameters.value(parameter).get()));
      return true;
    }
    if (missing || SessionParameters.isForeign(parameter)) {
      if (!missing) {
        throw unknown(parameter);
      }
      edits.replace(from, to, "NULL::VARCHAR");
      return true;
    }
    return false; // One of DuckDB's.
  }

  static Refused unknown(String name) {
    return new Refused("42704", "unrecognized configuration parameter \"" + name + '"');
  }

  private boolean set(SqlTokens sql, TextEdits edits, List<int[]> arguments, int from, int to)
      throws Refused {
    int[] value = arguments.get(1);
    if (value[1] - value[0] != 1 || !sql.is(value[0], Token.Kind.STRING)) {
      return false;
    }
    boolean local = sql.keyword(arguments.get(2)[0]).equals("TRUE");
    String name = sql.string(arguments.get(0)[0]);
    String set = setter.set(name, sql.string(value[0]), local);
    edits.replace(from, to, CausalFunctionRows.quote(set));
    return true;
  }

  /** The relation pg_settings with this session's values. */
  String relation(String named) {
    return "(SELECT * REPLACE (coalesce(%s[lower(name)], setting) AS setting) FROM %s)"
        .formatted(values(), named);
  }

  private String values() {
    Map<String, String> changed = parameters.changed();
    return changed.entrySet().stream()
        .map(
            entry ->
                CausalFunctionRows.quote(entry.getKey().toLowerCase(Locale.ROOT))
                    + ": "
                    + CausalFunctionRows.quote(entry.getValue()))
        .collect(Collectors.joining(", ", "MAP {", "}"));
  }
}

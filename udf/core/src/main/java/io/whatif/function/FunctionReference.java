/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes functions as the Markdown of docs/functions.md: what the descriptors say and no more. */
public final class FunctionReference {
  private static final String HEAD =
      """
      <!-- SPDX-License-Identifier: Apache-2.0 -->
      <!-- Generated from io.whatif.function.Catalog: change the descriptors, not this page.
           To write it anew: mvn test -pl src-test -am -Dtest=CatalogTest
           -Dsurefire.failIfNoSpecifiedTests=false -Dwhatif.regenerate=true -->
      # Functions

      ## How to call them
      - **Through the driver** (`jdbc:whatif:`, `./whatif sql`, `./whatif shell`) a relation is `TABLE t`, `(SELECT ...)`,
        `(FROM ...)`, a bare name, or a string: a table's name, a file's path or a query. It may also be named:
        `relation => ...` or `data => ...`.
      - **On a plain DuckDB connection**, after `Whatif.register(connection)`, a relation is a bare name or a string.
        There a model is stored in a transaction of its own; through the driver in the user's.
      - Arguments are named: `name => value` or `name := value`; the driver takes `name = value` too. Lists are
        `['a', 'b']` or one string. Where columns are listed, `'COLUMNS(regex)'` stands for all that match. Column names
        are compared without case.
      - A model is called by its name in quotes, and takes its features by position, in the order of the fit. Through the
        driver `cate_effect('m')` takes the columns that are called as the features were, `cate_effect('m', c.*)` those
        of `c`; without it `cate_effect('m', to_json(c))` does.
      - Estimates are called the same everywhere: estimate, std_error, z, p_value, ci_lower, ci_upper, n.
      - A mistake is one line that names function, argument, value and remedy. A statistical doubt is a column.

      What the figures mean is told in [statistics.md](statistics.md). The examples run on the demo data: table `nsw` made of
      `sql-examples/nsw.csv`, and a model `training` of it with the features age and education.

      """;

  private FunctionReference() {}

  /** The page for {@code functions}, in their order. */
  public static String markdown(List<FunctionDescriptor> functions) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("| function | what it is |\n|---|---|\n");
    for (FunctionDescriptor function : functions) {
      page.append("| [%1$s](#%1$s) | %2$s |\n".formatted(function.name(), kind(function)));
    }
    functions.forEach(function -> section(function, page));
    return page.toString();
  }

  private static String kind(FunctionDescriptor function) {
    List<String> kinds = new ArrayList<>();
    if (function.body(Body.Summary.class).isPresent()) {
      kinds.add("rows from a relation");
    }
    if (function.readsByModel()) {
      kinds.add("rows from a relation, by a stored model");
    }
    if (function.body(Body.RowWise.class).isPresent()) {
      kinds.add("a relation with further columns");
    }
    if (function.body(Body.Report.class).isPresent()) {
      kinds.add("rows from a stored model");
    }
    if (function.merges()) {
      kinds.add("rows from stored models, which it makes one of");
    }
    if (function.body(Body.ModelText.class).isPresent()) {
      kinds.add("a text, from a stored model");
    }
    if (function.scores()) {
      kinds.add("a value for each row, from a stored model");
    }
    function
        .body(Body.Registry.class)
        .ifPresent(
            registry ->
                kinds.add(
                    switch (registry.action()) {
                      case LIST -> "the stored models";
                      case DROP -> "changes the stored models";
                      case PUBLISH -> "makes macros of a stored model";
                    }));
    return String.join(", or ", kinds) + (keepsModel(function) ? "; stores a model" : "");
  }

  private static boolean keepsModel(FunctionDescriptor function) {
    return function.body(Body.Summary.class).map(Body.Summary::stores).orElse(false);
  }

  private static void section(FunctionDescriptor function, StringBuilder page) {
    page.append("\n## %s\n%s\n\n".formatted(function.name(), function.text()));
    page.append("```sql\n%s\n```\n".formatted(call(function)));
    if (!function.arguments().isEmpty()) {
      page.append("\n| argument | takes | left out | meaning |\n|---|---|---|---|\n");
      function.arguments().forEach(argument -> page.append(row(argument)));
    }
    page.append(
        function.body(Body.RowWise.class).isPresent()
            ? "\nThe relation's own columns, and\n\n"
            : "\nResult:\n\n");
    page.append("| column | type | meaning |\n|---|---|---|\n");
    function.result().forEach(column -> page.append(row(column)));
    if (function.takesGroups()) {
      page.append("\nWith partition_by the columns it names come first");
      List<ResultColumn> more = function.groupedResult();
      more = more.subList(function.result().size(), more.size());
      page.append(
          more.isEmpty() ? ".\n" : ", and last\n\n| column | type | meaning |\n|---|---|---|\n");
      more.forEach(column -> page.append(row(column)));
    }
    page.append("\nSource: %s.\n".formatted(function.source()));
    page.append("\nExample:\n```sql\n%s\n```\n".formatted(function.example().strip()));
  }

  private static String call(FunctionDescriptor function) {
    if (function.scores()) {
      return function.name() + "('model', feature, ...)";
    }
    if (function.isScalar()) {
      return function.arguments().stream()
          .map(a -> a.required() ? "'" + a.name() + "'" : a.name() + " => ...")
          .collect(Collectors.joining(", ", function.name() + "(", ")"));
    }
    List<String> parts = new ArrayList<>();
    boolean ofModel = !function.takesRelation() || function.readsByModel();
    if (function.takesRelation() && !ofModel) {
      parts.add("relation");
    }
    for (Argument argument : function.arguments()) {
      if (ofModel && argument.name().equals("model")) {
        parts.add("'model'");
        if (function.readsByModel()) {
          parts.add("relation");
        }
      } else if (argument.type() == Argument.Type.NAMES) {
        parts.add("['a', 'b']");
      } else if (argument.required()) {
        parts.add(argument.name() + " => ...");
      }
    }
    if (function.takesRelation()) {
      parts.add("...");
    }
    String call = "FROM %s(%s)".formatted(function.name(), String.join(", ", parts));
    boolean both = function.takesRelation() && function.body(Body.Report.class).isPresent();
    return both ? call + "\nFROM %s('model')".formatted(function.name()) : call;
  }

  private static String row(ResultColumn column) {
    return "| %s | %s | %s |\n"
        .formatted(column.name(), column.type().sql(), escaped(column.text()));
  }

  private static String row(Argument argument) {
    String names = argument.name();
    if (!argument.aliases().isEmpty()) {
      names += ", " + String.join(", ", argument.aliases());
    }
    String takes = argument.type().text();
    if (!argument.choices().isEmpty()) {
      String words =
          argument.choices().stream().map(w -> "'" + w + "'").collect(Collectors.joining(", "));
      takes = argument.type() == Argument.Type.WORD ? words : "a number, " + words;
    }
    Object fallback = argument.fallback();
    String absent = argument.required() ? "required" : fallback == null ? "" : shown(fallback);
    return "| %s | %s | %s | %s |\n"
        .formatted(names, escaped(takes), absent, escaped(argument.text()));
  }

  private static String shown(Object fallback) {
    return fallback instanceof String text
        ? "'" + text + "'"
        : fallback.toString().toLowerCase(Locale.ROOT);
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.estimate.EffectTree;
import io.whatif.estimate.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The leaves of a tree as conditions: each is true for the rows of its leaf, and false or NULL for
 * all others.
 *
 * @param tree the leaves
 * @param columns the column of each feature
 */
record LeafSql(EffectTree tree, List<FeatureSql> columns) {
  /** Categories that a rule names at most. */
  private static final int NAMED = 8;

  /** Writes one condition, for DuckDB or for people. */
  private record Style(boolean isSql) {
    String operand(FeatureSql column) {
      return isSql ? column.operand() : column.name();
    }

    String compared(FeatureSql column, String sign, Split.Threshold split) {
      FeatureSql.Border border = column.border(split);
      if (column.type().equals("BOOLEAN")) {
        return operand(column) + " = " + sign.equals(">");
      }
      return isSql
          ? border.operand() + " " + sign + " " + border.sql()
          : column.name() + " " + sign + " " + border.text();
    }

    String listed(FeatureSql column, List<Integer> places, boolean in) {
      if (places.size() == 1) {
        return operand(column) + (in ? " = " : " <> ") + column.list(places);
      }
      String list = column.list(places);
      if (!isSql && places.size() > NAMED) {
        list =
            "%s and %d more"
                .formatted(column.list(places.subList(0, NAMED - 1)), places.size() - NAMED + 1);
      }
      return operand(column) + (in ? " IN (" : " NOT IN (") + list + ")";
    }
  }

  /** What the rows of a leaf have in common, for people. */
  String rule(EffectTree.Leaf leaf) {
    List<String> conditions = new ArrayList<>();
    FeatureLimits.of(leaf.path())
        .forEach((f, limits) -> add(conditions, columns.get(f), limits, new Style(false)));
    return conditions.isEmpty() ? "all rows" : String.join(" AND ", conditions);
  }

  /** The same for WHERE; rows without an effect are in no leaf. */
  String condition(EffectTree.Leaf leaf) {
    List<String> conditions = new ArrayList<>();
    Map<Integer, FeatureLimits> all = FeatureLimits.of(leaf.path());
    all.forEach((f, limits) -> add(conditions, columns.get(f), limits, new Style(true)));
    for (int f : tree.outside().nulls()) {
      FeatureLimits limits = all.get(f);
      if (limits == null || limits.admitsNull()) {
        conditions.add(columns.get(f).operand() + " IS NOT NULL");
      }
    }
    for (int f : tree.outside().unseen()) {
      FeatureLimits limits = all.get(f);
      if (limits == null || (limits.in() == null && limits.admitsValues())) {
        conditions.add(known(f));
      }
    }
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /** That a text is one of those the model knows, NULL left as it is. */
  private String known(int feature) {
    FeatureSql column = columns.get(feature);
    String list = column.list(range(column.feature().categories().size()));
    String known = column.operand() + " IN (" + list + ")";
    boolean nullHasEffect = tree.nulls()[feature] && !tree.outside().nulls().contains(feature);
    return nullHasEffect ? "(" + known + " OR " + column.operand() + " IS NULL)" : known;
  }

  private static List<Integer> range(int count) {
    return java.util.stream.IntStream.range(0, count).boxed().toList();
  }

  private static void add(
      List<String> conditions, FeatureSql column, FeatureLimits limits, Style style) {
    String isNull = style.operand(column) + " IS NULL";
    if (!limits.admitsValues()) {
      conditions.add(isNull);
      return;
    }
    List<String> own = new ArrayList<>();
    Split.Threshold above = limits.above();
    Split.Threshold below = limits.below();
    List<Integer> in = limits.in();
    if (above != null) {
      own.add(style.compared(column, ">", above));
    }
    if (below != null) {
      own.add(style.compared(column, "<=", below));
    }
    if (in != null) {
      own.add(style.listed(column, in, true));
    }
    if (!limits.out().isEmpty()) {
      own.add(style.listed(column, limits.out(), false));
    }
    if (own.isEmpty()) {
      if (!limits.admitsNull()) {
        conditions.add(style.operand(column) + " IS NOT NULL");
      }
    } else if (limits.admitsNull()) {
      conditions.add("(" + String.join(" AND ", own) + " OR " + isNull + ")");
    } else {
      conditions.addAll(own);
    }
  }

  /** One expression that gives each row the mean effect of its leaf, NULL where there is none. */
  String cases() {
    StringBuilder sql = new StringBuilder("CASE");
    for (EffectTree.Leaf leaf : tree.leaves()) {
      sql.append(" WHEN ")
          .append(condition(leaf))
          .append(" THEN ")
          .append(FeatureSql.literal(leaf.mean().value()));
    }
    return sql.append(" END").toString();
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types that PostgreSQL gives the columns of a query on the catalog, where an item of the
 * outermost SELECT list is a column of one of its relations, a cast, or a user's name.
 */
final class ResultTypes {
  private static final Map<String, PostgresType> CASTS =
      Map.of(
          "oid", PostgresType.OID,
          "name", PostgresType.NAME,
          "regclass", PostgresType.REGCLASS,
          "regtype", PostgresType.REGTYPE,
          "regproc", PostgresType.REGPROC,
          "varchar", PostgresType.VARCHAR,
          "char", PostgresType.CHAR);

  private static final Set<String> NAMES =
      Set.of("current_user", "session_user", "current_database", "current_schema");

  private final SqlTokens sql;

  /** The catalog's relations by the names that the statement gives them. */
  private final Map<String, CatalogRelation> relations;

  ResultTypes(SqlTokens sql, Map<String, CatalogRelation> relations) {
    this.sql = sql;
    this.relations = relations;
  }

  /** A type for each column of the result, null where nothing is known; empty if of none. */
  List<@Nullable ColumnType> of(List<SelectItem> items) {
    List<@Nullable ColumnType> types = new ArrayList<>();
    for (SelectItem item : items) {
      if (sql.isSymbol(last(item), "*")) {
        CatalogRelation all = star(item);
        if (all == null) {
          return List.of();
        }
        all.columns().forEach(column -> types.add(column.type()));
      } else {
        types.add(type(item));
      }
    }
    return types;
  }

  private static int last(SelectItem item) {
    return item.to() - 1;
  }

  /** The relation whose columns a star stands for, if it is one of the catalog's. */
  private @Nullable CatalogRelation star(SelectItem item) {
    if (item.to() - item.from() == 3) {
      return relations.get(sql.name(item.from()).toLowerCase(Locale.ROOT));
    }
    boolean only = item.to() - item.from() == 1 && relations.size() == 1 && !joins(item.to());
    return only ? relations.values().iterator().next() : null;
  }

  /** Whether something else stands in FROM beside the one relation. */
  private boolean joins(int from) {
    for (int i = from; i < sql.size(); i++) {
      boolean outside = sql.around(i) < 0;
      if (outside && (sql.keyword(i).equals("JOIN") || sql.isSymbol(i, ","))) {
        return true;
      }
      if (outside && sql.keyword(i).equals("UNION")) {
        return true;
      }
    }
    return false;
  }

  private @Nullable ColumnType type(SelectItem item) {
    int end = item.from();
    while (sql.isSymbol(end + 1, ".") && end + 2 < item.to()) {
      end += 2;
    }
    if (!sql.isName(end)) {
      return cast(item);
    }
    boolean alone = end == last(item) || sql.keyword(end + 1).equals("AS");
    boolean aliased = end + 1 == last(item) && sql.isName(end + 1);
    if (alone || aliased) {
      return column(item.from(), end);
    }
    boolean call = sql.isSymbol(end + 1, "(") && sql.closing(end + 1) == end + 2;
    if (call && NAMES.contains(sql.name(end).toLowerCase(Locale.ROOT))) {
      return plain(PostgresType.NAME);
    }
    return cast(item);
  }

  private @Nullable ColumnType column(int first, int last) {
    String name = sql.name(last).toLowerCase(Locale.ROOT);
    if (first == last && NAMES.contains(name)) {
      return plain(PostgresType.NAME);
    }
    if (last > first) {
      CatalogRelation relation = relations.get(sql.name(last - 2).toLowerCase(Locale.ROOT));
      return relation == null ? null : column(relation, name);
    }
    return relations.values().stream()
        .map(relation -> column(relation, name))
        .filter(type -> type != null)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable ColumnType column(CatalogRelation relation, String name) {
    return relation.columns().stream()
        .filter(column -> column.name().equals(name))
        .map(CatalogRelation.Column::type)
        .findFirst()
        .orElse(null);
  }

  /** The type of {@code x::type}. */
  private @Nullable ColumnType cast(SelectItem item) {
    int end = item.to();
    if (end - 2 > item.from() && sql.keyword(end - 2).equals("AS")) {
      end -= 2;
    }
    int sign = end - 2;
    while (sign > item.from() && sql.isSymbol(sign, ".")) {
      sign -= 2;
    }
    boolean casts = sign > item.from() && sql.isSymbol(sign, "::") && sql.around(sign) < 0;
    PostgresType type = casts ? CASTS.get(sql.name(end - 1).toLowerCase(Locale.ROOT)) : null;
    return type == null ? null : plain(type);
  }

  private static ColumnType plain(PostgresType type) {
    return new ColumnType(type, false, -1);
  }
}

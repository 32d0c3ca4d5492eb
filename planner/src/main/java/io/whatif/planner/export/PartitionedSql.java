/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.function.Figure;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import io.whatif.model.PartitionedCate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/** A {@link PartitionedCate} as SQL: a CASE with a branch for each group that was fitted. */
final class PartitionedSql {
  private final PartitionedCate model;
  private final List<String> texts;
  private final FeatureColumns columns;
  private final TargetDialect dialect;
  private final SqlBuilder sql;

  PartitionedSql(PartitionedCate model, List<String> texts, TargetDialect dialect) {
    this.model = model;
    this.texts = texts;
    this.columns = new FeatureColumns(model.features(), texts, dialect);
    this.dialect = dialect;
    this.sql = new SqlBuilder(dialect);
  }

  SqlNode node(Figure figure) {
    List<String> own = texts.subList(model.keys().size(), texts.size());
    List<Map.Entry<SqlNode, SqlNode>> branches = new ArrayList<>();
    for (PartitionedCate.Group group : model.groups()) {
      CateModel fitted = group.model();
      if (fitted != null) {
        branches.add(Map.entry(isGroup(group), ModelSql.node(fitted, figure, dialect, own)));
      }
    }
    return sql.cases(null, branches, null);
  }

  private SqlNode isGroup(PartitionedCate.Group group) {
    @Nullable SqlNode all = null;
    for (int k = 0; k < model.keys().size(); k++) {
      SqlNode one = isKey(k, group.key()[k]);
      all = all == null ? one : sql.and(all, one);
    }
    if (all == null) {
      throw new IllegalStateException("groups without a key");
    }
    return all;
  }

  private SqlNode isKey(int key, double value) {
    Feature feature = model.keys().get(key);
    if (feature.isCategorical()) {
      SqlNode text = columns.text(key);
      return Double.isNaN(value)
          ? sql.isNull(text)
          : sql.equal(text, sql.string(feature.categories().get((int) value)));
    }
    SqlNode number = columns.numberOrNull(key);
    return Double.isNaN(value) ? sql.isNull(number) : sql.equal(number, sql.number(value));
  }
}

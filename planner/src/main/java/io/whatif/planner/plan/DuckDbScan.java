/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.jspecify.annotations.Nullable;

/** A relation: text that only DuckDB understands. */
public final class DuckDbScan extends CausalRel {
  private final String relation;
  private final String source;
  private final @Nullable List<String> columns;

  /**
   * A scan of {@code relation}.
   *
   * @param source the relation as the user wrote it
   * @param columns lower-case names of the columns that are read, or null for all
   */
  DuckDbScan(
      RelOptCluster cluster, String relation, String source, @Nullable List<String> columns) {
    super(cluster, none(cluster));
    this.relation = relation;
    this.source = source;
    this.columns = columns == null ? null : List.copyOf(columns);
  }

  String relation() {
    return relation;
  }

  String source() {
    return source;
  }

  @Nullable List<String> columns() {
    return columns;
  }

  DuckDbScan reading(List<String> columns) {
    return new DuckDbScan(getCluster(), relation, source, columns);
  }

  /** Only the rows for which {@code condition} holds. */
  DuckDbScan where(String condition) {
    String filtered = "SELECT * FROM (%s\n) WHERE " + condition;
    return new DuckDbScan(
        getCluster(), filtered.formatted(relation), filtered.formatted(source), columns);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .item("relation", relation)
        .item("columns", columns == null ? "all" : columns);
  }

  @Override
  void describe(List<String> lines, String indent) {
    String columnsRead = columns == null ? "all columns" : String.join(", ", columns);
    lines.add(indent + "read " + columnsRead + " of " + source.strip().replaceAll("\\s+", " "));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }
}

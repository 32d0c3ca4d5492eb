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
  private final boolean filtered;

  /**
   * A scan of {@code relation}.
   *
   * @param source the relation as the user wrote it
   * @param columns lower-case names of the columns that are read, or null for all
   */
  DuckDbScan(
      RelOptCluster cluster, String relation, String source, @Nullable List<String> columns) {
    this(cluster, relation, source, columns, false);
  }

  private DuckDbScan(
      RelOptCluster cluster,
      String relation,
      String source,
      @Nullable List<String> columns,
      boolean filtered) {
    super(cluster, none(cluster));
    this.relation = relation;
    this.source = source;
    this.columns = columns == null ? null : List.copyOf(columns);
    this.filtered = filtered;
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
    return new DuckDbScan(getCluster(), relation, source, columns, filtered);
  }

  /** Only the rows for which {@code condition} holds. */
  DuckDbScan where(String condition) {
    return new DuckDbScan(
        getCluster(),
        "SELECT * FROM (" + relation + "\n) WHERE " + condition,
        source + " WHERE " + condition,
        columns,
        true);
  }

  /** Whether a condition was added to it. */
  boolean isFiltered() {
    return filtered;
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
    lines.add(indent + "read " + columnsRead + " of " + shown());
  }

  /** A name as it is, a query in parentheses, on one line. */
  private String shown() {
    String text = source.strip().replaceAll("\\s+", " ");
    return text.regionMatches(true, 0, "FROM ", 0, 5) ? text.substring(5) : "(" + text + ")";
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }
}

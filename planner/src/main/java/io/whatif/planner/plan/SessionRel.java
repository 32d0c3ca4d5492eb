/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Reading;
import io.whatif.planner.sql.CallPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.sql.SqlExplainLevel;
import org.jspecify.annotations.Nullable;

/** A session: its input is read once, and serves one call or several. */
public final class SessionRel extends CausalRel {
  private RelNode input;
  private final List<Call> calls;
  private final boolean sharesFits;

  /**
   * A call of the session.
   *
   * @param site its number among the calls of the statement
   */
  record Call(int site, CausalCall call, CallPlace place) {
    Call asking(List<String> outputs) {
      return new Call(site, call.asking(outputs), place);
    }
  }

  private SessionRel(RelOptCluster cluster, RelNode input, List<Call> calls, boolean sharesFits) {
    super(cluster, none(cluster));
    this.input = input;
    this.calls = List.copyOf(calls);
    this.sharesFits = sharesFits;
  }

  /** The session of one call. */
  static SessionRel of(RelOptCluster cluster, Call call) {
    Reading reading = Reading.of(call.call());
    return new SessionRel(
        cluster,
        new DuckDbScan(cluster, reading.relation(), call.call().source(), null),
        List.of(call),
        false);
  }

  DuckDbScan scan() {
    return (DuckDbScan) input.stripped();
  }

  List<Call> calls() {
    return calls;
  }

  boolean sharesFits() {
    return sharesFits;
  }

  /** The session as it is lowered. */
  Reading reading() {
    return new Reading(
        scan().relation(), calls.stream().map(Call::call).toList(), scan().columns(), sharesFits);
  }

  /** The same rows for the calls of both. */
  SessionRel with(SessionRel other) {
    List<Call> both = new ArrayList<>(calls);
    both.addAll(other.calls);
    return new SessionRel(getCluster(), input, both, sharesFits);
  }

  SessionRel serving(List<Call> calls) {
    return new SessionRel(getCluster(), input, calls, sharesFits);
  }

  SessionRel over(DuckDbScan scan) {
    return new SessionRel(getCluster(), scan, calls, sharesFits);
  }

  SessionRel sharingFits() {
    return new SessionRel(getCluster(), input, calls, true);
  }

  @Override
  public List<RelNode> getInputs() {
    return List.of(input);
  }

  @Override
  public void replaceInput(int ordinal, RelNode replacement) {
    input = replacement;
    recomputeDigest();
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .input("rows", input)
        .item("calls", calls.stream().map(SessionRel::shown).collect(Collectors.joining("; ")))
        .itemIf("crossFit", "shared", sharesFits)
        .itemIf(
            "sites",
            calls.stream().map(Call::site).toList(),
            writer.getDetailLevel() == SqlExplainLevel.DIGEST_ATTRIBUTES);
  }

  @Override
  public String getRelTypeName() {
    return "CausalSession";
  }

  private static String shown(Call call) {
    String arguments =
        call.call().literals().entrySet().stream()
            .map(e -> e.getKey() + " => " + value(e))
            .collect(Collectors.joining(", "));
    List<String> outputs = call.call().outputs();
    return "%s(%s)%s"
        .formatted(
            call.call().function().name(),
            arguments,
            outputs == null ? "" : " -> " + String.join(", ", outputs));
  }

  private static String value(Map.Entry<String, ? extends @Nullable Object> argument) {
    Object value = argument.getValue();
    return value instanceof String text ? "'" + text + "'" : String.valueOf(value);
  }

  @Override
  void describe(List<String> lines, String indent) {
    lines.add(
        "%ssession of %s call%s%s"
            .formatted(
                indent,
                calls.size(),
                calls.size() == 1 ? "" : "s",
                sharesFits ? ", cross-fits shared" : ""));
    scan().describe(lines, indent + "  ");
    calls.forEach(call -> lines.add(indent + "  " + shown(call)));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new SessionRel(getCluster(), inputs.get(0), calls, sharesFits);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.data.Batches;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Reading;
import io.whatif.planner.sql.CallPlace;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;

/** A session: its input is read once, and serves one call or several. */
public final class SessionRel extends CausalRel {
  private RelNode input;
  private final List<Site> sites;
  private final Reading work;

  /**
   * Where a call of the session stands.
   *
   * @param number its number among the calls of the text
   */
  record Site(int number, CallPlace place) {}

  /** {@code work} tells the calls, one for each site; what they read is the input's to tell. */
  private SessionRel(RelOptCluster cluster, RelNode input, List<Site> sites, Reading work) {
    super(cluster, none(cluster));
    this.input = input;
    this.sites = List.copyOf(sites);
    this.work = work;
  }

  /** The session of one call. */
  static SessionRel of(RelOptCluster cluster, CausalCall call, Site site) {
    Reading work = Reading.of(call);
    DuckDbScan scan = new DuckDbScan(cluster, work.relation(), call.source(), null);
    return new SessionRel(cluster, scan, List.of(site), work);
  }

  DuckDbScan scan() {
    return (DuckDbScan) input.stripped();
  }

  List<Site> sites() {
    return sites;
  }

  List<CallPlace> places() {
    return sites.stream().map(Site::place).toList();
  }

  /** The session as it is lowered. */
  Reading reading() {
    return work.over(scan().relation(), scan().isFiltered()).of(scan().columns());
  }

  /** The same rows for the calls of both. */
  SessionRel with(SessionRel other) {
    List<Site> both = new ArrayList<>(sites);
    both.addAll(other.sites);
    return new SessionRel(getCluster(), input, both, work.with(other.work));
  }

  /** The same session over another scan. */
  SessionRel over(DuckDbScan scan) {
    return new SessionRel(getCluster(), scan, sites, work);
  }

  /** The same calls of the same rows, done another way. */
  SessionRel doing(Reading other) {
    return new SessionRel(getCluster(), input, sites, other);
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
        .item("sites", sites.stream().map(Site::number).toList())
        .item("calls", work.calls())
        .item("sharesFits", work.sharesFits())
        .item("batches", work.batches());
  }

  @Override
  void describe(List<String> lines, String indent) {
    int calls = sites.size();
    lines.add(
        "%ssession of %s call%s%s%s"
            .formatted(
                indent,
                calls,
                calls == 1 ? "" : "s",
                work.sharesFits() ? ", cross-fits shared" : "",
                work.batches() == Batches.MEMORY ? "" : ", rows " + work.batches().text()));
    scan().describe(lines, indent + "  ");
    work.calls().forEach(call -> lines.add(indent + "  " + ShownCall.of(call)));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new SessionRel(getCluster(), inputs.get(0), sites, work);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.data.Batches;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.Lowering;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.Reading;
import io.whatif.model.StoredModel;
import io.whatif.planner.sql.CallPlace;
import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.CommonTables;
import io.whatif.planner.sql.ScoreCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;

/**
 * The causal work of the calls in one text: a tree of sessions and scores, improved by rules, then
 * lowered to DuckDB's SQL. Rules may change how often and which columns of a relation are read,
 * never which rows an estimate sees.
 */
public final class CausalPlan {
  /** All rules, in the order they are applied. */
  public static final List<RelOptRule> RULES =
      List.of(
          new ShareSession(),
          new ShareCrossFit(),
          new PruneColumns(),
          new DropOutputs(),
          new PushKeyFilter(),
          new ChooseBatches(),
          new InlineScore());

  private final HepPlanner planner;
  private final RelOptCluster cluster;
  private final List<RelNode> inputs = new ArrayList<>();
  private final List<String> explanation = new ArrayList<>();
  private final Map<Integer, String> lowered = new LinkedHashMap<>();
  private final Map<CommonTables.Insertion, String> tables = new LinkedHashMap<>();

  /** What rules ask of the database. */
  public interface Database {
    /** How many rows DuckDB expects of a query; nothing is run. */
    OptionalLong rows(String query);

    /** Bytes a session may hold. */
    long memoryLimit();

    /** Where the rows of a reading are to lie; in memory if columns or rows are not known. */
    default Batches batches(Reading reading) {
      List<String> columns = reading.columns();
      OptionalLong rows = columns == null ? OptionalLong.empty() : rows(reading.relation());
      return columns != null && rows.isPresent()
          ? Batches.of(rows.getAsLong(), columns.size(), memoryLimit())
          : Batches.MEMORY;
    }

    /** The newest version of a model as it was stored; throws UNKNOWN_MODEL or BAD_MODEL. */
    StoredModel load(String name);
  }

  /** A plan that {@code rules} improve, in their order. */
  public CausalPlan(List<? extends RelOptRule> rules, Database database) {
    HepProgramBuilder program = new HepProgramBuilder();
    rules.forEach(program::addRuleInstance);
    planner = new HepPlanner(program.build(), Contexts.of(database));
    cluster =
        RelOptCluster.create(
            planner, new RexBuilder(new SqlTypeFactoryImpl(RelDataTypeSystem.DEFAULT)));
    cluster.setMetadataQuerySupplier(NoMetadata::new);
  }

  /** Adds a call over a relation; {@code site} is its number among the calls of the text. */
  public void add(int site, CausalCall call, CallPlace place) {
    inputs.add(SessionRel.of(cluster, call, new SessionRel.Site(site, place)));
  }

  /**
   * Adds a scoring call.
   *
   * @param kept whether the text is kept and run later, when the model may be another
   */
  public void add(int site, ScoreCall call, ModelHeader model, boolean kept) {
    inputs.add(new ScoreRel(cluster, site, call, model, kept));
  }

  public boolean isEmpty() {
    return inputs.isEmpty();
  }

  /**
   * Applies the rules and lowers what comes of them.
   *
   * @param token the {@link io.whatif.duckdb.Scope#token} of the run
   * @param mark tells the common tables of this text from those of others in the statement
   */
  public void lower(String token, String mark) {
    planner.setRoot(new CausalStatementRel(cluster, inputs));
    CausalStatementRel best = (CausalStatementRel) planner.findBestExp();
    best.describe(explanation, "");
    for (RelNode input : best.getInputs()) {
      if (input instanceof SessionRel session) {
        lower(session, token, mark);
      } else if (input instanceof ScoreRel score) {
        lowered.put(score.site(), score.sql());
      }
    }
  }

  /** The plan as lines of text, for EXPLAIN. */
  public List<String> explanation() {
    return List.copyOf(explanation);
  }

  private void lower(SessionRel session, String token, String mark) {
    List<SessionRel.Site> sites = session.sites();
    int first = sites.get(0).number();
    if (sites.size() == 1) {
      lowered.put(first, Lowering.table(session.reading(), token));
      return;
    }
    Lowering.Shared shared = Lowering.shared(session.reading(), token, "_" + mark + first);
    Optional<CommonTables.Insertion> place =
        CommonTables.place(session.places(), session.scan().relation());
    tables.merge(place.orElseThrow(), shared.commonTables(), (a, b) -> a + ",\n" + b);
    for (int i = 0; i < sites.size(); i++) {
      lowered.put(sites.get(i).number(), "(" + shared.calls().get(i) + ")");
    }
  }

  /** What stands in the place of the calls. */
  public CausalStatement.Replacement replacement(List<String> others) {
    List<String> all = new ArrayList<>(others);
    lowered.forEach(all::set);
    return new CausalStatement.Replacement(all, tables, true);
  }
}

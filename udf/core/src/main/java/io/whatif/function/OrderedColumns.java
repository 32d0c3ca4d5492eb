/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.Column;
import io.whatif.data.JoinedTiles;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowOrder;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.SelectedTiles;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.estimate.Treatment;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a relation in the order of their ids or keys, with the columns that nuisances are fitted
 * to: the treatment, the covariates, and the square of a continuous treatment. Calls that differ in
 * their outcome alone share them.
 */
final class OrderedColumns {
  /** Fewer rows are moved, so that a relation need not be kept for them. */
  private static final int FEW = 1 << 14;

  /** Bytes a row of the column that a thread has in hand. */
  private static final long MOVING_BYTES = 8;

  private final RoleColumns from;
  private final Run run;
  private final RawTable table;
  private final RelationRoles roles;
  private final int[] kept;
  private final long[] keys;
  private final int[] order;
  private final Treatment treatment;

  /** Whether the treatment's values are others than the relation's. */
  private final boolean recoded;

  /** The long runs of rows that need not be moved; null if all are. */
  private final @Nullable AscendingRuns runs;

  /** The columns that were moved. */
  private final Tiles moved;

  private final Column[] columns;

  /** The outcome of the call that these were made for, until it takes it; null if not moved. */
  private @Nullable Tiles outcome;

  /** What decides the rows, their order and their columns. */
  private record Content(
      List<Integer> treatments,
      List<Integer> covariates,
      @Nullable Integer id,
      @Nullable Integer fold,
      String nulls,
      String treatmentType,
      @Nullable String control,
      int rows,
      long keptHash,
      String order) {}

  /** The rows {@code kept}; those of an earlier call of the session if they are the same. */
  static OrderedColumns of(RoleColumns from, int[] kept) {
    return from.run().shared(() -> content(from, kept), () -> new OrderedColumns(from, kept));
  }

  private static Content content(RoleColumns from, int[] kept) {
    RelationRoles roles = from.roles();
    Arguments arguments = from.arguments();
    // Rows of one key are alike, unless it is an id or a fold parts them: then their order counts.
    boolean alike = roles.id() == null && roles.fold() == null;
    return new Content(
        roles.listed().treatments(),
        roles.covariates(from.table()),
        roles.id(),
        roles.fold(),
        arguments.requiredText("nulls"),
        arguments.requiredText("treatment_type"),
        arguments.text("control"),
        kept.length,
        hash(from.run(), kept),
        alike
            ? ""
            : roles.listed().outcomes()
                + " "
                + roles.rows().within()
                + " "
                + from.table().rowPositions());
  }

  /** 64 bits: of 32 some pair of outcomes would one day be taken for one. */
  static long hash(Run run, int[] rows) {
    return Parallel.sum(
        run,
        rows.length,
        (from, to) -> {
          long hash = 0;
          for (int i = from; i < to; i++) {
            hash += Mix.mix(i, rows[i]);
          }
          return hash;
        });
  }

  private OrderedColumns(RoleColumns from, int[] kept) {
    this.from = from;
    this.run = from.run();
    this.table = from.table();
    this.roles = from.roles();
    this.kept = kept;
    double[] values = from.values(roles.treatment(), kept);
    TreatmentReader reader = new TreatmentReader(table, roles.treatment(), from.arguments());
    this.treatment = reader.read(run, values);
    this.recoded = reader.isRecoded();
    RowKeys.Sorted byKey = new RowKeys(from, kept).sorted();
    this.order = byKey.rows().rows();
    this.keys = byKey.keys();
    from.releaseIds();
    boolean all = kept.length == table.rows() && kept.length >= FEW;
    this.runs = all ? byKey.rows().runs() : null;
    List<Integer> covariates = roles.covariates(table);
    this.columns = new Column[1 + covariates.size() + (treatment.continuous() ? 1 : 0)];
    int[] toMove = IntStream.range(0, columns.length).filter(c -> !stays(c, covariates)).toArray();
    this.moved = table.tiles().sibling(toMove.length);
    this.outcome = roles.outcome() == null || runs != null ? null : table.tiles().sibling(1);
    columns[0] = numeric(roles.treatment());
    for (int c = 0; c < covariates.size(); c++) {
      columns[1 + c] = numeric(covariates.get(c));
    }
    move(byKey.rows(), toMove, values, covariates);
    table.tiles().trim();
  }

  /** Whether a column is read in order where it is: one of the relation's own numbers. */
  private boolean stays(int place, List<Integer> covariates) {
    if (runs == null || place > covariates.size()) {
      return false;
    }
    return place == 0 ? !recoded : !from.isText(source(place, covariates));
  }

  /** The relation's column of a place that has one. */
  private int source(int place, List<Integer> covariates) {
    return place == 0 ? roles.treatment() : covariates.get(place - 1);
  }

  /** Whether the relation's own columns are read still. */
  boolean readsRelation() {
    return runs != null;
  }

  /** The key of each kept row, in order; equal ones are neighbours. Not to be changed. */
  long[] keys() {
    return keys;
  }

  Treatment treatment() {
    return treatment;
  }

  /** The kept rows in order; those of one key as {@code call} orders them. */
  int[] order(RoleColumns call) {
    return call.roles().equals(roles) && call.table().rowPositions() == table.rowPositions()
        ? order
        : new RowKeys(call, kept).reordered(order, keys);
  }

  /** The dataset of a call: its outcome beside these columns. */
  StoredDataset with(RoleColumns call, int[] callOrder) {
    Integer column = call.roles().outcome();
    Tiles own = call.equals(from) ? outcome : null;
    if (own == null) {
      own = outcome(call, callOrder);
    } else {
      outcome = null;
    }
    List<Column> all = new ArrayList<>();
    all.add(column == null ? new Column.Numeric("", "DOUBLE") : numeric(column));
    all.addAll(Arrays.asList(columns));
    return new StoredDataset(new Schema(all), new JoinedTiles(own, tiles()), kept.length);
  }

  /** The columns, in order. */
  private Tiles tiles() {
    if (runs == null) {
      return moved;
    }
    List<Integer> covariates = roles.covariates(table);
    int[] places = new int[columns.length];
    int next = 0;
    for (int c = 0; c < places.length; c++) {
      places[c] = stays(c, covariates) ? moved.columns() + source(c, covariates) : next++;
    }
    return new SelectedTiles(new JoinedTiles(moved, runs.ordered(table.tiles())), places);
  }

  /** The outcome of a call in the order of its rows, NULL in all if it has none. */
  private Tiles outcome(RoleColumns call, int[] by) {
    Integer column = call.roles().outcome();
    if (column != null && runs != null) {
      return new SelectedTiles(runs.ordered(call.table().tiles()), new int[] {column});
    }
    double[] values = column == null ? new double[0] : call.values(column, kept);
    Tiles own = call.table().tiles().sibling(1);
    own.reserve(kept.length);
    Parallel.forEachRange(
        run,
        kept.length,
        (from, to) -> {
          double[] sorted = new double[to - from];
          for (int i = from; i < to; i++) {
            sorted[i - from] = column == null ? Double.NaN : values[by[i]];
          }
          own.write(0, from, sorted, sorted.length);
        });
    return own;
  }

  private void move(RowOrder byKey, int[] places, double[] treated, List<Integer> covariates) {
    moved.reserve(kept.length);
    if (outcome != null) {
      outcome.reserve(kept.length);
    }
    int columnsToMove = places.length + (outcome == null ? 0 : 1);
    long inHand = MOVING_BYTES * Math.min(run.threads(), columnsToMove) * kept.length;
    run.memory().take(inHand, "the columns on their way into order");
    Queue<RowOrder.Moving> idle = new ConcurrentLinkedQueue<>();
    Parallel.forEach(
        run,
        columnsToMove,
        k -> {
          RowOrder.Moving known = idle.poll();
          RowOrder.Moving moving = known == null ? byKey.moving() : known;
          int c = k == places.length ? -1 : places[k];
          if (c < 0) {
            from.forEachBlock(Objects.requireNonNull(roles.outcome()), kept, moving::add);
          } else if (c == 0) {
            moving.add(treated, treated.length);
          } else if (c == 1 + covariates.size()) {
            moving.add(squares(treated), treated.length);
            columns[c] = new Column.Numeric("", "DOUBLE");
          } else {
            columns[c] = covariate(covariates.get(c - 1), moving);
          }
          if (c < 0) {
            moving.write(Objects.requireNonNull(outcome), 0);
          } else {
            moving.write(moved, k);
          }
          idle.add(moving);
        });
    run.memory().giveBack(inHand);
  }

  /** Reads a covariate, its texts as places in its sorted categories. */
  private Column covariate(int column, RowOrder.Moving into) {
    Categories categories = from.isText(column) ? Categories.of(from, column, kept) : null;
    from.forEachBlock(
        column,
        kept,
        (values, count) -> {
          if (categories != null) {
            categories.recode(values, count);
          }
          into.add(values, count);
        });
    from.release(column);
    return categories == null
        ? numeric(column)
        : new Column.Categorical(
            from.name(column), table.columns().get(column).sqlType(), categories.names());
  }

  /** Squares about the mean, which is summed in order, for the test of linearity. */
  private double[] squares(double[] treatment) {
    double mean = 0;
    for (int row : order) {
      mean += treatment[row] / treatment.length;
    }
    double[] squares = new double[treatment.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (treatment[i] - mean) * (treatment[i] - mean);
    }
    return squares;
  }

  private Column numeric(int column) {
    return new Column.Numeric(from.name(column), table.columns().get(column).sqlType());
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.AscendingRuns;
import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.JoinedTiles;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowOrder;
import io.whatif.data.RowPlaces;
import io.whatif.data.RowSelection;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.SelectedTiles;
import io.whatif.data.Spare;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.estimate.Treatment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a relation in the order of their ids or keys, with the columns that nuisances are fitted
 * to: the treatment, the covariates, and the square of a continuous treatment. Calls that differ in
 * their outcome alone share them.
 */
final class OrderedColumns {
  private final RoleColumns from;
  private final Run run;
  private final RawTable table;
  private final RelationRoles roles;
  private final RowPlaces places;
  private final long[] keys;
  private final Treatment treatment;

  /** The columns that are fitted to; most are read where they lie if the rows are. */
  private final List<Source> sources;

  /** The columns that were moved. */
  private final Tiles moved;

  /** The outcome of the call that these were made for, until it takes it; null if not moved. */
  private @Nullable Tiles outcome;

  /**
   * Where a column's values come from.
   *
   * @param column of the relation
   * @param change what becomes of them; null if nothing
   */
  private record Source(int column, Column described, @Nullable Change change) {}

  /** Changes some values of a column in place. */
  @FunctionalInterface
  private interface Change {
    void of(double[] values, int count);
  }

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
  static OrderedColumns of(RoleColumns from, RowSelection kept) {
    return from.run()
        .shared(
            () -> content(from, kept),
            () -> {
              MemoryBudget passing = from.run().memory().part();
              try {
                return new OrderedColumns(from, kept, passing);
              } finally {
                passing.giveBackAll();
              }
            });
  }

  private static Content content(RoleColumns from, RowSelection kept) {
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
        kept.size(),
        kept.hash(),
        alike
            ? ""
            : roles.listed().outcomes()
                + " "
                + roles.rows().within()
                + " "
                + from.table().rowPositions());
  }

  /**
   * Puts the columns in order.
   *
   * @param passing the memory of what is not held when that is done
   */
  private OrderedColumns(RoleColumns from, RowSelection kept, MemoryBudget passing) {
    this.from = from;
    this.run = from.run();
    this.table = from.table();
    this.roles = from.roles();
    TreatmentReader reader = new TreatmentReader(table, roles.treatment(), from.arguments());
    this.treatment = reader.read(piece -> from.forEachRange(roles.treatment(), kept, piece));
    RowKeys.Sorted byKey = new RowKeys(from, kept).sorted(passing);
    this.places = byKey.places();
    this.keys = byKey.keys();
    from.releaseIds();
    this.sources = sources(kept, reader, passing);
    RowOrder order = byKey.order();
    List<Source> toMove = sources.stream().filter(source -> !stays(source)).toList();
    this.moved = table.tiles().sibling(toMove.size());
    moved.reserve(places.size());
    if (order == null) {
      writeRuns((AscendingRuns) places, toMove);
    } else {
      write(order, kept, toMove, passing);
    }
    table.tiles().trim();
  }

  /** The columns, in their order. Texts are read once, for the categories among them. */
  private List<Source> sources(RowSelection kept, TreatmentReader reader, MemoryBudget passing) {
    List<Integer> covariates = roles.covariates(table);
    @Nullable Source[] sources = new Source[covariates.size()];
    Parallel.forEach(run, sources.length, c -> sources[c] = covariate(covariates.get(c), kept));
    int treated = roles.treatment();
    List<Source> all = new ArrayList<>();
    all.add(new Source(treated, numeric(treated), reader.isRecoded() ? reader::recode : null));
    for (Source source : sources) {
      all.add(Objects.requireNonNull(source));
    }
    if (treatment.continuous()) {
      // Squares about the mean, for the test of linearity.
      double mean = mean(treated, passing);
      Change square =
          (values, count) -> {
            for (int i = 0; i < count; i++) {
              values[i] = (values[i] - mean) * (values[i] - mean);
            }
          };
      all.add(new Source(treated, new Column.Numeric("", "DOUBLE"), square));
    }
    return List.copyOf(all);
  }

  private Source covariate(int column, RowSelection kept) {
    if (!from.isText(column)) {
      return new Source(column, numeric(column), null);
    }
    Categories categories = Categories.of(from, column, kept);
    String type = table.columns().get(column).sqlType();
    return new Source(
        column,
        new Column.Categorical(from.name(column), type, categories.names()),
        categories::recode);
  }

  /** The mean of a column, summed in the order of the rows. */
  private double mean(int column, MemoryBudget passing) {
    passing.take((long) Double.BYTES * places.size(), "the values of the treatment");
    double mean = 0;
    for (double value : from.ordered(column, places)) {
      mean += value / places.size();
    }
    passing.giveBack((long) Double.BYTES * places.size());
    return mean;
  }

  private Column numeric(int column) {
    return new Column.Numeric(from.name(column), table.columns().get(column).sqlType());
  }

  /** Whether a column is read in order where it is: one of the relation's own numbers. */
  private boolean stays(Source source) {
    return readsRelation() && source.change() == null;
  }

  /** Whether the relation's own columns are read still. */
  boolean readsRelation() {
    return places instanceof AscendingRuns;
  }

  /** The key of each kept row, in order; equal ones are neighbours. Not to be changed. */
  long[] keys() {
    return keys;
  }

  Treatment treatment() {
    return treatment;
  }

  /** Where in the relation the rows are, in order; those of one key as {@code call} orders them. */
  RowPlaces places(RoleColumns call) {
    boolean ordersAlike =
        isFor(call)
            || (call.roles().equals(roles) && call.table().rowPositions() == table.rowPositions());
    return ordersAlike
        ? places
        : new RowKeys(call, RowSelection.all((int) table.rows())).reordered(places, keys);
  }

  @SuppressWarnings("ReferenceEquality") // this call, not one that says the same
  private boolean isFor(RoleColumns call) {
    return call == from;
  }

  /** The dataset of a call: its outcome beside these columns. */
  StoredDataset with(RoleColumns call, RowPlaces callPlaces) {
    Integer column = call.roles().outcome();
    Tiles own = isFor(call) ? outcome : null;
    if (own == null) {
      own = outcome(call, callPlaces);
    } else {
      outcome = null;
    }
    List<Column> all = new ArrayList<>();
    all.add(column == null ? new Column.Numeric("", "DOUBLE") : numeric(column));
    sources.forEach(source -> all.add(source.described()));
    return new StoredDataset(new Schema(all), new JoinedTiles(own, tiles()), places.size());
  }

  /** The columns, in order. */
  private Tiles tiles() {
    if (!(places instanceof AscendingRuns runs)) {
      return moved;
    }
    int[] at = new int[sources.size()];
    int next = 0;
    for (int c = 0; c < at.length; c++) {
      Source source = sources.get(c);
      at[c] = stays(source) ? moved.columns() + source.column() : next++;
    }
    return new SelectedTiles(new JoinedTiles(moved, runs.ordered(table.tiles())), at);
  }

  /** The outcome of a call in the order of its rows, NULL in all if it has none. */
  private Tiles outcome(RoleColumns call, RowPlaces by) {
    Integer column = call.roles().outcome();
    if (column != null && by instanceof AscendingRuns runs) {
      return new SelectedTiles(runs.ordered(call.table().tiles()), new int[] {column});
    }
    Tiles own = call.table().tiles().sibling(1);
    own.reserve(by.size());
    long passing = column == null ? 0 : (long) Double.BYTES * by.size();
    run.memory().take(passing, "the values of the outcome");
    try {
      double[] values = column == null ? null : call.ordered(column, by);
      Parallel.forEachRange(
          run,
          by.size(),
          (first, to) -> {
            double[] some = new double[to - first];
            if (values == null) {
              Arrays.fill(some, Double.NaN);
            } else {
              System.arraycopy(values, first, some, 0, some.length);
            }
            own.write(0, first, some, some.length);
          });
    } finally {
      run.memory().giveBack(passing);
    }
    return own;
  }

  /** Writes columns whose values are others than those that are read where they lie. */
  private void writeRuns(AscendingRuns runs, List<Source> columns) {
    Tiles ordered = runs.ordered(table.tiles());
    for (int c = 0; c < columns.size(); c++) {
      int place = c;
      Source source = columns.get(c);
      Parallel.forEachRange(
          run,
          runs.size(),
          (first, to) -> {
            double[] some = new double[Batch.CAPACITY];
            for (int at = first; at < to; at += some.length) {
              int count = Math.min(some.length, to - at);
              ordered.read(source.column(), at, some, count);
              change(source, some, count);
              moved.write(place, at, some, count);
            }
          });
      release(source);
    }
  }

  /** Writes all columns, the outcome last. */
  private void write(
      RowOrder order, RowSelection kept, List<Source> columns, MemoryBudget passing) {
    List<Source> all = new ArrayList<>(columns);
    Integer own = roles.outcome();
    Tiles last = own == null ? null : table.tiles().sibling(1);
    if (own != null && last != null) {
      last.reserve(places.size());
      all.add(new Source(own, numeric(own), null));
    }
    outcome = last;
    int inHand = Math.min(run.threads(), all.size());
    passing.take(
        (long) Double.BYTES * inHand * places.size(), "the columns on their way into order");
    Spare<RowOrder.Moving> spare = new Spare<>(order::moving);
    Parallel.forEach(
        run,
        all.size(),
        k -> {
          RowOrder.Moving moving = spare.take();
          Source source = all.get(k);
          from.forEachBlock(
              source.column(),
              kept,
              (values, count) -> {
                change(source, values, count);
                moving.add(values, count);
              });
          if (k == columns.size()) {
            moving.write(Objects.requireNonNull(last), 0);
          } else {
            moving.write(moved, k);
          }
          release(source);
          spare.giveBack(moving);
        });
  }

  private static void change(Source source, double[] values, int count) {
    if (source.change() != null) {
      source.change().of(values, count);
    }
  }

  /** Gives back the room of a covariate's own column, which is not read again. */
  private void release(Source source) {
    if (roles.covariates(table).contains(source.column())) {
      from.release(source.column());
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dataset held in {@link Tiles}, in the order of its rows. */
public final class StoredDataset implements Dataset {
  /** Blocks a scan is cut into at most; more would only cost merging. */
  private static final int MAX_BLOCKS = 64;

  /** Blocks enough for as many threads, however short. */
  private static final int SHORT_BLOCKS = 16;

  /** Batches of a block, beyond those: the sums of one may take longer to make than a batch. */
  private static final int BLOCK_BATCHES = 16;

  private final Schema schema;
  private final Tiles tiles;
  private final long rows;

  public StoredDataset(Schema schema, Tiles tiles, long rows) {
    this.schema = schema;
    this.tiles = tiles;
    this.rows = rows;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public Dataset at(RowSample sample) {
    return sample.isAll()
        ? this
        : new StoredDataset(schema, new DrawnTiles(tiles, sample), sample.size());
  }

  @Override
  public Dataset with(List<Column> columns, double[]... values) {
    return with(columns, ArrayTiles.of(values));
  }

  @Override
  public Dataset with(List<Column> columns, Tiles values) {
    List<Column> all = new ArrayList<>(schema.columns());
    all.addAll(columns);
    return new StoredDataset(new Schema(all), new JoinedTiles(tiles, values), rows);
  }

  @Override
  public Dataset select(int... places) {
    List<Column> selected = new ArrayList<>();
    for (int place : places) {
      selected.add(schema.column(place));
    }
    return new StoredDataset(new Schema(selected), new SelectedTiles(tiles, places.clone()), rows);
  }

  @Override
  public RowValues column(int place) {
    return RowValues.of(tiles, place, Math.toIntExact(rows));
  }

  @Override
  public RowColumns room(Run run, int columns, String purpose) {
    return RowColumns.of(run, tiles, columns, Math.toIntExact(rows), purpose);
  }

  @Override
  public <A extends Mergeable<A>, R> R scan(Run run, Pass<A, R> pass) {
    long batches = (rows + Batch.CAPACITY - 1) / Batch.CAPACITY;
    long enough = Math.max(SHORT_BLOCKS, batches / BLOCK_BATCHES);
    int blocks = (int) Math.min(batches, Math.min(MAX_BLOCKS, enough));
    InOrder<A> total = new InOrder<>(pass.zero(), blocks);
    int capacity = (int) Math.min(Batch.CAPACITY, rows);
    Spare<Batch> spare = new Spare<>(() -> new Batch(tiles, capacity));
    Parallel.forEach(
        run,
        blocks,
        block -> {
          A sum = pass.zero();
          Batch batch = spare.take();
          long last = batches * (block + 1) / blocks;
          for (long b = batches * block / blocks; b < last; b++) {
            run.checkCancelled();
            long from = b * Batch.CAPACITY;
            batch.moveTo(from, (int) Math.min(Batch.CAPACITY, rows - from));
            pass.accumulate(batch, sum);
          }
          spare.giveBack(batch);
          total.add(block, sum);
        });
    return pass.finish(total.total());
  }

  /** Merges the sums of blocks in block order, as soon as all earlier ones are there. */
  private static final class InOrder<A extends Mergeable<A>> {
    private final @Nullable Object[] waiting;
    private A total;
    private int next;

    InOrder(A zero, int blocks) {
      total = zero;
      waiting = new Object[blocks];
    }

    @SuppressWarnings("unchecked") // only add() writes to waiting
    synchronized void add(int block, A sum) {
      waiting[block] = sum;
      while (next < waiting.length && waiting[next] != null) {
        total = total.merge((A) waiting[next]);
        waiting[next] = null;
        next++;
      }
    }

    synchronized A total() {
      return total;
    }
  }
}

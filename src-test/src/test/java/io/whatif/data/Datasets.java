/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Builds datasets in heap arrays from columns or from a CSV file of numbers. */
public final class Datasets {
  private final Map<String, double[]> columns = new LinkedHashMap<>();

  /** A run without limits on {@code threads} threads. */
  public static Run run(int threads) {
    return new Run() {
      private final Map<Record, Object> settled = new ConcurrentHashMap<>();

      @Override
      @SuppressWarnings("unchecked") // a class of keys has one class of results
      public <T> T once(Record key, Supplier<T> make) {
        Object known = settled.get(key);
        if (known == null) {
          known = make.get();
          settled.putIfAbsent(key, known);
        }
        return (T) known;
      }

      @Override
      public void checkCancelled() {}

      @Override
      public void reached(String phase, double share) {}

      @Override
      public MemoryBudget memory() {
        return MemoryBudget.unlimited();
      }

      @Override
      public int threads() {
        return threads;
      }
    };
  }

  public Datasets column(String name, double... values) {
    columns.put(name, values);
    return this;
  }

  /** The columns as a dataset; all have the same length. */
  public Dataset build() {
    HeapTiles tiles = new HeapTiles(columns.size());
    List<Column> schema = new ArrayList<>();
    long rows = 0;
    for (Map.Entry<String, double[]> column : columns.entrySet()) {
      rows = column.getValue().length;
      tiles.reserve(rows);
      tiles.write(schema.size(), 0, column.getValue(), column.getValue().length);
      schema.add(new Column.Numeric(column.getKey(), "DOUBLE"));
    }
    return new StoredDataset(new Schema(schema), tiles, rows);
  }

  /** The place of a file beside the checkout; the test is skipped where it is absent. */
  public static Path shared(String file) {
    Path path = Path.of("..", "..", "shared").resolve(file);
    Assumptions.assumeTrue(Files.exists(path), "no shared data beside the checkout: " + file);
    return path;
  }

  /** Reads a file of numbers with a header, in file order. */
  public static Dataset csv(String file) {
    try {
      List<String> lines = Files.readAllLines(shared(file));
      String[] names = lines.get(0).replace("\"", "").split(",", -1);
      double[][] values = new double[names.length][lines.size() - 1];
      for (int i = 1; i < lines.size(); i++) {
        String[] cells = lines.get(i).split(",", -1);
        for (int c = 0; c < names.length; c++) {
          values[c][i - 1] = cells[c].isEmpty() ? Double.NaN : Double.parseDouble(cells[c]);
        }
      }
      Datasets builder = new Datasets();
      for (int c = 0; c < names.length; c++) {
        builder.column(names[c], values[c]);
      }
      return builder.build();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A whole column. */
  public static double[] values(Dataset data, String name) {
    int column = data.schema().indexOf(name);
    return collect(
        data, (batch, into) -> System.arraycopy(batch.column(column), 0, into, 0, batch.rows()));
  }

  /** Values computed from each batch, for all rows. */
  public static double[] collect(Dataset data, BatchValues values) {
    double[] all = new double[(int) data.rows()];
    data.forEachBatch(
        run(1),
        batch -> {
          double[] into = new double[Batch.CAPACITY];
          values.fill(batch, into);
          System.arraycopy(into, 0, all, (int) batch.firstRow(), batch.rows());
        });
    return all;
  }

  /** Something that gives a value for each row of a batch. */
  @FunctionalInterface
  public interface BatchValues {
    void fill(Batch batch, double[] into);
  }
}

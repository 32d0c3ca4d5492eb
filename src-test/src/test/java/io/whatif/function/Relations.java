/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.HeapTiles;
import io.whatif.data.LimitedRun;
import io.whatif.data.MemoryBudget;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Relations for tests, built from columns or from the shared data files. */
public final class Relations {
  private final Map<String, double[]> columns = new LinkedHashMap<>();
  private final List<String> dictionary = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  /** The shared folder beside the checkout, or a skipped test. */
  public static Path shared(String file) {
    Path path = Path.of("..", "..", "shared").resolve(file).normalize();
    Assumptions.assumeTrue(
        Files.exists(path), () -> "needs ../shared/" + file + " beside the checkout");
    return path;
  }

  /** A text file with a header line; fields that are no number become NaN. */
  public static Relations read(Path file, String separator) {
    Relations relations = new Relations();
    try {
      List<String> lines = Files.readAllLines(file);
      String[] names = lines.get(0).replace("\"", "").trim().split(separator, -1);
      double[][] values = new double[names.length][lines.size() - 1];
      for (int i = 1; i < lines.size(); i++) {
        String[] fields = lines.get(i).trim().split(separator, -1);
        for (int c = 0; c < names.length; c++) {
          values[c][i - 1] = number(fields[c]);
        }
      }
      for (int c = 0; c < names.length; c++) {
        relations.with(names[c], values[c]);
      }
      return relations;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static double number(String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  public Relations with(String name, double[] values) {
    columns.put(name, values);
    return this;
  }

  /** A text column; null for NULL. */
  public Relations withText(String name, @Nullable String[] values) {
    double[] codes = new double[values.length];
    for (int i = 0; i < codes.length; i++) {
      String text = values[i];
      if (text != null && !dictionary.contains(text)) {
        dictionary.add(text);
      }
      codes[i] = text == null ? Double.NaN : dictionary.indexOf(text);
    }
    texts.add(name);
    return with(name, codes);
  }

  public double[] column(String name) {
    double[] values = columns.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no column " + name);
    }
    return values;
  }

  public int rows() {
    return columns.values().iterator().next().length;
  }

  /** Keeps the rows where the flag holds. */
  public Relations where(boolean[] keep) {
    Relations kept = new Relations();
    columns.forEach(
        (name, values) -> {
          List<Double> list = new ArrayList<>();
          for (int i = 0; i < values.length; i++) {
            if (keep[i]) {
              list.add(values[i]);
            }
          }
          kept.with(name, list.stream().mapToDouble(Double::doubleValue).toArray());
        });
    return kept;
  }

  /** Adds the column {@code fold} = row number mod {@code count}. */
  public Relations withFold(int count) {
    double[] fold = new double[rows()];
    for (int i = 0; i < fold.length; i++) {
      fold[i] = i % count;
    }
    return with("fold", fold);
  }

  public RawTable table() {
    Tiles tiles = new HeapTiles(columns.size());
    tiles.reserve(rows());
    List<RawTable.RawColumn> described = new ArrayList<>();
    int c = 0;
    for (Map.Entry<String, double[]> column : columns.entrySet()) {
      tiles.write(c++, 0, column.getValue(), rows());
      boolean text = texts.contains(column.getKey());
      described.add(
          new RawTable.RawColumn(
              column.getKey(),
              text ? "VARCHAR" : "DOUBLE",
              text ? RawTable.Kind.TEXT : RawTable.Kind.NUMBER));
    }
    return new RawTable(
        described, tiles, rows(), java.util.Collections.nCopies(described.size(), dictionary), -1);
  }

  /** The rows a summary function gives for this relation. */
  public List<Map<String, @Nullable Object>> call(
      String function, Map<String, @Nullable Object> arguments) {
    FunctionDescriptor descriptor = Catalog.find(function).orElseThrow();
    return descriptor
        .body(Body.Summary.class)
        .orElseThrow()
        .answer(run(2), table(), Arguments.of(descriptor, arguments))
        .rows();
  }

  /** The rows a function gives that reads this relation by a stored model. */
  public List<Map<String, @Nullable Object>> readBy(
      io.whatif.model.StoredModel model, String function, Map<String, @Nullable Object> arguments) {
    return readBy(model, function, arguments, 2);
  }

  List<Map<String, @Nullable Object>> readBy(
      io.whatif.model.StoredModel model,
      String function,
      Map<String, @Nullable Object> arguments,
      int threads) {
    FunctionDescriptor descriptor = Catalog.find(function).orElseThrow();
    Map<String, @Nullable Object> all = new LinkedHashMap<>(arguments);
    all.put("model", model.name());
    return descriptor
        .body(Body.ModelSummary.class)
        .orElseThrow()
        .rows(run(threads), model, table(), Arguments.of(descriptor, all));
  }

  /** The rows a function gives of a stored model. */
  public static List<Map<String, @Nullable Object>> report(
      io.whatif.model.StoredModel model, String function) {
    FunctionDescriptor descriptor = Catalog.find(function).orElseThrow();
    return descriptor
        .body(Body.Report.class)
        .orElseThrow()
        .rows(model, Arguments.ofReport(descriptor, Map.of("model", model.name())));
  }

  /** The model that cate_fit makes of this relation. */
  public io.whatif.model.StoredModel fit(Map<String, @Nullable Object> arguments) {
    FunctionDescriptor descriptor = Catalog.find("cate_fit").orElseThrow();
    return descriptor
        .body(Body.Summary.class)
        .orElseThrow()
        .answer(run(1), table(), Arguments.of(descriptor, arguments))
        .models()
        .get(0);
  }

  /** A run on that many threads that is never cancelled. */
  public static Run run(int threads) {
    return new LimitedRun(MemoryBudget.unlimited(), threads);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.function.Argument;
import io.whatif.function.Arguments;
import io.whatif.function.Body;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import io.whatif.model.Feature;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Functions small enough to know their answers: the engine's tests run them. */
final class SampleFunctions {
  /** Opened by a function that waits, when it has begun. */
  final CountDownLatch waiting = new CountDownLatch(1);

  /** Opened by a function that does not look at cancels, when it has begun. */
  final CountDownLatch working = new CountDownLatch(1);

  /** Lets that function go on. */
  final CountDownLatch goOn = new CountDownLatch(1);

  /** Opened when that function was stopped by its next look, with its columns still there. */
  final CountDownLatch stopped = new CountDownLatch(1);

  static final Argument COLUMNS =
      Argument.optional("controls", Argument.Type.COLUMNS, "Columns.").withAliases("covariates");

  /** One row for each column read: how it was read, its sum, how many are NULL. */
  static final FunctionDescriptor SUMS =
      new FunctionDescriptor(
          "column_sums",
          "Sums columns.",
          List.of(COLUMNS, Argument.optional("times", Argument.Type.NUMBER, "Factor.")),
          List.of(
              new ResultColumn("name", SqlType.VARCHAR, ""),
              new ResultColumn("type", SqlType.VARCHAR, ""),
              new ResultColumn("kind", SqlType.VARCHAR, ""),
              new ResultColumn("n", SqlType.BIGINT, ""),
              new ResultColumn("nulls", SqlType.BIGINT, ""),
              new ResultColumn("total", SqlType.DOUBLE, ""),
              new ResultColumn("texts", SqlType.VARCHAR_LIST, "")),
          "",
          "",
          List.of((Body.Summary) SampleFunctions::sums));

  static final FunctionDescriptor DOUBLED =
      new FunctionDescriptor(
          "doubled",
          "Doubles a column.",
          List.of(Argument.required("of", Argument.Type.COLUMN, "The column.")),
          List.of(
              new ResultColumn("twice", SqlType.DOUBLE, ""),
              new ResultColumn("positive", SqlType.BOOLEAN, "")),
          "",
          "",
          List.of((Body.RowWise) SampleFunctions::doubled));

  /** Stores the model intercept 1, every number once, every text's code 1 counts 10. */
  static final FunctionDescriptor FIT =
      new FunctionDescriptor(
          "fit_sample",
          "Stores a model.",
          List.of(
              Argument.required("model", Argument.Type.TEXT, "The model."),
              Argument.required("controls", Argument.Type.COLUMNS, "Features."),
              Argument.optional("if_exists", Argument.Type.WORD, "What then.")
                  .withChoices("error", "replace", "skip")
                  .withDefault("error")),
          List.of(
              new ResultColumn("model", SqlType.VARCHAR, ""),
              new ResultColumn("n", SqlType.BIGINT, "")),
          "",
          "",
          List.of(new Fit()));

  static final FunctionDescriptor REPORT =
      new FunctionDescriptor(
          "sample_report",
          "Reads a model.",
          List.of(),
          List.of(
              new ResultColumn("term", SqlType.VARCHAR, ""),
              new ResultColumn("estimate", SqlType.DOUBLE, "")),
          "",
          "",
          List.of((Body.Report) (model, arguments) -> model.summary()));

  static final FunctionDescriptor BROKEN =
      new FunctionDescriptor(
          "broken",
          "Breaks.",
          List.of(COLUMNS),
          List.of(new ResultColumn("n", SqlType.BIGINT, "")),
          "",
          "",
          List.of(
              (Body.Summary)
                  (run, relation, arguments) -> {
                    throw new IllegalStateException("first line\nsecond line");
                  }));

  private FunctionDescriptor waits() {
    return new FunctionDescriptor(
        "waits",
        "Waits until it is cancelled.",
        List.of(COLUMNS),
        List.of(new ResultColumn("n", SqlType.BIGINT, "")),
        "",
        "",
        List.of((Body.Summary) this::waitForCancel));
  }

  List<FunctionDescriptor> all() {
    List<FunctionDescriptor> all = new ArrayList<>(Catalog.ALL);
    all.addAll(List.of(SUMS, DOUBLED, FIT, REPORT, BROKEN, waits(), looksAway()));
    return all;
  }

  private FunctionDescriptor looksAway() {
    return new FunctionDescriptor(
        "looks_away",
        "Does not look at whether it is cancelled.",
        List.of(COLUMNS),
        List.of(new ResultColumn("n", SqlType.BIGINT, "")),
        "",
        "",
        List.of((Body.Summary) this::lookAway));
  }

  private Body.Answer lookAway(Run run, RawTable relation, Arguments arguments) {
    working.countDown();
    try {
      if (!goOn.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody lets it go on");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    double[] values = new double[(int) relation.rows()];
    relation.tiles().read(0, 0, values, values.length); // would break if they were given back
    try {
      run.checkCancelled();
    } catch (WhatifException e) {
      if (values[values.length - 1] == values.length - 1) {
        stopped.countDown();
      }
      throw e;
    }
    return Body.Answer.of(List.of(Map.of("n", -1L)));
  }

  private Body.Answer waitForCancel(Run run, RawTable relation, Arguments arguments) {
    run.progress("waiting", 1, 4);
    waiting.countDown();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      run.checkCancelled();
      Thread.onSpinWait();
    }
    return Body.Answer.of(List.of(Map.of("n", -1L)));
  }

  private static Body.Answer sums(Run run, RawTable relation, Arguments arguments) {
    double times = arguments.isGiven("times") ? arguments.number("times") : 1;
    for (String name : arguments.names("controls")) {
      if (!name.startsWith("COLUMNS") && relation.find(name) == null) {
        throw new WhatifException(
            ErrorCode.UNKNOWN_COLUMN,
            "controls => '%s': is no column of (%s)."
                .formatted(name, String.join(", ", relation.allNames())));
      }
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int c = 0; c < relation.columns().size(); c++) {
      double[] values = new double[(int) relation.rows()];
      relation.tiles().read(c, 0, values, values.length);
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      RawTable.RawColumn column = relation.columns().get(c);
      long nulls = 0;
      double total = 0;
      for (double value : values) {
        if (Double.isNaN(value)) {
          nulls++;
        } else {
          total += value;
        }
      }
      row.put("name", column.name());
      row.put("type", column.sqlType());
      row.put("kind", column.kind().name());
      row.put("n", relation.rows());
      row.put("nulls", nulls);
      boolean text = column.kind() == RawTable.Kind.TEXT;
      row.put("total", text ? Double.NaN : total * times);
      row.put("texts", text ? texts(relation.dictionary(c), values) : null);
      rows.add(row);
    }
    return Body.Answer.of(rows);
  }

  private static List<String> texts(List<String> dictionary, double[] codes) {
    return java.util.Arrays.stream(codes)
        .filter(code -> !Double.isNaN(code))
        .mapToObj(code -> code == RawTable.OVERFLOW ? "OVERFLOW" : dictionary.get((int) code))
        .distinct()
        .sorted()
        .limit(5)
        .toList();
  }

  private static Map<String, double[]> doubled(
      Run run, RawTable relation, Arguments arguments, Set<String> asked) {
    Integer column = relation.find(arguments.requiredText("of"));
    if (column == null) {
      throw new WhatifException(ErrorCode.UNKNOWN_COLUMN, "of => no such column.");
    }
    int rows = (int) relation.rows();
    double[] values = new double[rows];
    double[] numbers = new double[rows];
    relation.tiles().read(column, 0, values, rows);
    relation.tiles().read(relation.rowPositions(), 0, numbers, rows);
    double[] twice = new double[rows];
    double[] positive = new double[rows];
    for (int i = 0; i < rows; i++) {
      int at = (int) numbers[i] - 1;
      twice[at] = 2 * values[i];
      positive[at] = Double.isNaN(values[i]) ? Double.NaN : values[i] > 0 ? 1 : 0;
    }
    return Map.of("twice", twice, "positive", positive);
  }

  private static final class Fit implements Body.Summary {
    @Override
    public boolean stores() {
      return true;
    }

    @Override
    public Body.Answer answer(Run run, RawTable relation, Arguments arguments) {
      List<Feature> features = new ArrayList<>();
      List<Term> basis = new ArrayList<>(List.of(new Term.Intercept()));
      for (String name : arguments.names("controls")) {
        Integer at = relation.find(name);
        if (at == null) {
          throw new WhatifException(ErrorCode.UNKNOWN_COLUMN, "controls => '" + name + "'");
        }
        RawTable.RawColumn column = relation.columns().get(at);
        boolean text = column.kind() == RawTable.Kind.TEXT;
        int index = features.size();
        features.add(
            new Feature(
                column.name(),
                column.sqlType(),
                text ? relation.dictionary(at).stream().sorted().toList() : List.of()));
        basis.add(
            text
                ? new Term.Level(index, 1, name + "[1]", false)
                : new Term.Value(index, name, 0, 1));
      }
      int terms = basis.size();
      double[] coefficients = new double[terms];
      for (int t = 0; t < terms; t++) {
        coefficients[t] = basis.get(t) instanceof Term.Level ? 10 : 1;
      }
      LinearCate model =
          new LinearCate(
              features,
              basis,
              coefficients,
              new double[terms * terms],
              0.95,
              Map.of(),
              0,
              new double[0]);
      String name = arguments.requiredText("model");
      Map<String, @Nullable Object> report = new LinkedHashMap<>();
      report.put("model", name);
      report.put("n", relation.rows());
      List<Map<String, @Nullable Object>> summary = new ArrayList<>();
      for (int t = 0; t < terms; t++) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("term", basis.get(t).name());
        row.put("estimate", coefficients[t]);
        summary.add(row);
      }
      StoredModel stored =
          new StoredModel(
              name, "sample", relation.rows(), model, report, summary, List.of(), Map.of());
      return new Body.Answer(List.of(report), List.of(stored));
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.SqlType;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Scoring. {@code whatif_score(function, key, model, signature, values...)} and {@code
 * whatif_level(key, feature, text)} stand in lowered text, where one call has one model. The public
 * {@code cate_effect('model', values...)} and its like, of doubles or of texts, look the model up
 * by name among those that are committed.
 */
final class ScoreFunctions {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;
  private static final DuckDBColumnType BIGINT = DuckDBColumnType.BIGINT;
  private static final DuckDBColumnType DOUBLE = DuckDBColumnType.DOUBLE;

  private final Engine engine;

  ScoreFunctions(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection, "whatif_score", DOUBLE, DOUBLE, this::score, VARCHAR, BIGINT, VARCHAR, VARCHAR);
    HiddenFunctions.define(
        connection, "whatif_level", DOUBLE, null, this::level, BIGINT, BIGINT, VARCHAR);
    for (FunctionDescriptor function : engine.functions()) {
      if (!function.isScalar()) {
        continue;
      }
      boolean flag = function.result().get(0).type() == SqlType.BOOLEAN;
      DuckDBColumnType result = flag ? DuckDBColumnType.BOOLEAN : DOUBLE;
      for (boolean texts : new boolean[] {false, true}) {
        DuckDBScalarFunction body = guarded(function.name(), named(function, texts));
        HiddenFunctions.define(
            connection, function.name(), result, texts ? VARCHAR : DOUBLE, body, VARCHAR);
      }
    }
  }

  private static DuckDBScalarFunction guarded(String name, DuckDBScalarFunction function) {
    return (in, out) -> {
      try {
        function.apply(in, out);
      } catch (Exception | Error e) {
        throw Errors.of(e, name);
      }
    };
  }

  private void score(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    int rows = (int) in.rowCount();
    if (rows == 0) {
      return;
    }
    String function = HiddenFunctions.text(in, 0, 0);
    try {
      String name = HiddenFunctions.text(in, 2, 0);
      if (in.vector(1).isNull(0)) {
        throw dropped(name);
      }
      LoadedModel model = engine.models().byKey(in.vector(1).getLong(0), name);
      model.checkSignature(HiddenFunctions.text(in, 3, 0));
      double[][] values = new double[model.features().size()][rows];
      for (int f = 0; f < values.length; f++) {
        copy(in.vector(4L + f), rows, values[f]);
      }
      double[] scores = new double[rows];
      scalar(function).score(model.model(), values, rows, scores);
      for (int row = 0; row < rows; row++) {
        if (!Double.isNaN(scores[row])) {
          out.setDouble(row, scores[row]);
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, function);
    }
  }

  private static WhatifException dropped(String name) {
    return new WhatifException(
        ErrorCode.UNKNOWN_MODEL,
        "model => '%s': there is no such model any more. Fit it again with cate_fit."
            .formatted(name));
  }

  private void level(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    int rows = (int) in.rowCount();
    if (rows == 0 || in.vector(0).isNull(0)) {
      return;
    }
    try {
      LoadedModel model = engine.models().byKey(in.vector(0).getLong(0), "");
      int feature = (int) in.vector(1).getLong(0);
      if (feature >= model.features().size()) {
        return; // the score beside it tells that the model has other features now
      }
      DuckDBReadableVector texts = in.vector(2);
      for (int row = 0; row < rows; row++) {
        if (!texts.isNull(row)) {
          out.setDouble(row, model.level(feature, texts.getString(row)));
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, "cate_effect");
    }
  }

  private static void copy(DuckDBReadableVector vector, int rows, double[] into) {
    for (int row = 0; row < rows; row++) {
      into[row] = vector.getDouble(row, Double.NaN);
    }
  }

  private Body.Scalar scalar(String function) {
    return engine.function(function).body(Body.Scalar.class).orElseThrow(AssertionError::new);
  }

  /** The public function: models by name, which may change from row to row. */
  private DuckDBScalarFunction named(FunctionDescriptor function, boolean texts) {
    return (in, out) -> {
      int rows = (int) in.rowCount();
      DuckDBReadableVector names = in.vector(0);
      int from = 0;
      while (from < rows) {
        String name = names.isNull(from) ? null : names.getString(from);
        int to = from + 1;
        while (to < rows && same(names, to, name)) {
          to++;
        }
        if (name != null) {
          scoreRange(function, name, new Range(in, from, to, texts), out);
        }
        from = to;
      }
    };
  }

  private static boolean same(DuckDBReadableVector names, int row, @Nullable String name) {
    return names.isNull(row) ? name == null : names.getString(row).equals(name);
  }

  private void scoreRange(
      FunctionDescriptor function, String name, Range range, DuckDBWritableVector out)
      throws SQLException {
    LoadedModel model = engine.models().committed(name);
    List<Feature> features = model.features();
    LoadedModel.checkArity(function.name(), name, features, range.features());
    double[][] values = new double[features.size()][];
    for (int f = 0; f < values.length; f++) {
      values[f] = range.values(model, f);
    }
    double[] scores = new double[range.rows()];
    CateModel cate = model.model();
    scalar(function.name()).score(cate, values, range.rows(), scores);
    boolean flag = function.result().get(0).type() == SqlType.BOOLEAN;
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        continue;
      }
      if (flag) {
        out.setBoolean(range.from() + i, scores[i] == 1);
      } else {
        out.setDouble(range.from() + i, scores[i]);
      }
    }
  }

  /** Rows {@code from} to {@code to} of a chunk whose first column is the model's name. */
  private record Range(DuckDBDataChunkReader in, int from, int to, boolean texts) {
    int rows() {
      return to - from;
    }

    int features() {
      return (int) in.columnCount() - 1;
    }

    double[] values(LoadedModel model, int index) {
      DuckDBReadableVector vector = in.vector(index + 1L);
      Feature feature = model.features().get(index);
      double[] values = new double[rows()];
      if (!texts && feature.isCategorical()) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "model '%s' takes a text for %s, the call passes a number. Pass the text."
                .formatted(model.name(), feature.name()));
      }
      Arrays.fill(values, Double.NaN);
      for (int i = 0; i < values.length; i++) {
        if (!texts) {
          values[i] = vector.getDouble(from + i, Double.NaN);
        } else if (!vector.isNull(from + i)) {
          String text = vector.getString(from + i);
          values[i] = feature.isCategorical() ? model.level(index, text) : number(feature, text);
        }
      }
      return values;
    }
  }

  /** A number, boolean or date that came as a text because another feature is one. */
  private static double number(Feature feature, String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("true") || lower.equals("false")) {
      return lower.equals("true") ? 1 : 0;
    }
    try {
      return Double.parseDouble(lower);
    } catch (NumberFormatException notANumber) {
      return days(feature, text.strip());
    }
  }

  private static double days(Feature feature, String text) {
    double secondsPerDay = 86_400;
    String iso = text.replace(' ', 'T');
    try {
      if (iso.length() <= 10) {
        return LocalDate.parse(iso).toEpochDay();
      }
      if (iso.matches(".*[+-]\\d\\d$")) {
        iso += ":00";
      }
      boolean zoned = iso.matches(".*[+-]\\d\\d:\\d\\d$");
      LocalDateTime time =
          zoned
              ? OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
              : LocalDateTime.parse(iso);
      Instant instant = time.toInstant(ZoneOffset.UTC);
      return (instant.getEpochSecond() + instant.getNano() / 1e9) / secondsPerDay;
    } catch (DateTimeParseException e) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s => '%s': is not a number. The model was fitted on %s."
              .formatted(feature.name(), text, feature.sqlType()));
    }
  }
}

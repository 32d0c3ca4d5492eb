/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Body;
import io.whatif.model.Feature;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Scoring by name without the driver: {@code whatif_by_name(function, database, model, row)} takes
 * the features from a JSON object, such as {@code to_json(t)} makes of a row. Names are compared
 * without case; JSON null is NULL, a feature that is missing an error.
 */
final class JsonFeatures {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;
  private static final double MICROS_PER_DAY = 86_400e6;

  private final Engine engine;

  JsonFeatures(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection,
        "whatif_by_name",
        DuckDBColumnType.DOUBLE,
        null,
        this::score,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR);
  }

  private void score(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    String function = "whatif_by_name";
    DuckDBReadableVector names = in.vector(2);
    DuckDBReadableVector rows = in.vector(3);
    double[] score = new double[1];
    try {
      for (long row = 0; row < in.rowCount(); row++) {
        if (names.isNull(row) || rows.isNull(row)) {
          continue;
        }
        function = HiddenFunctions.text(in, 0, row);
        LoadedModel model =
            engine.models().committed(HiddenFunctions.text(in, 1, row), names.getString(row));
        Body.Scalar scalar =
            engine.function(function).body(Body.Scalar.class).orElseThrow(AssertionError::new);
        scalar.score(model.model(), values(model, rows.getString(row)), 1, score);
        if (!Double.isNaN(score[0])) {
          out.setDouble(row, score[0]);
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, function);
    }
  }

  /** The features of one row, as the model takes them. */
  static double[][] values(LoadedModel model, String json) {
    Map<String, @Nullable Object> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (json.stripLeading().startsWith("{")) {
      row.putAll(JsonText.object(json));
    } else if (!json.strip().equals("null")) {
      throw bad(
          model,
          "takes its features by name from a JSON object. Pass to_json(t), t being a table's alias");
    }
    List<Feature> features = model.features();
    double[][] values = new double[features.size()][1];
    for (int f = 0; f < values.length; f++) {
      Feature feature = features.get(f);
      if (!row.containsKey(feature.name()) && !json.strip().equals("null")) {
        throw bad(
            model,
            "takes %s, and the row has no such field (it has %s). Name a column so"
                .formatted(feature.name(), String.join(", ", row.keySet())));
      }
      values[f][0] = value(model, f, row.get(feature.name()));
    }
    return values;
  }

  private static double value(LoadedModel model, int index, @Nullable Object value) {
    Feature feature = model.features().get(index);
    if (value == null) {
      return Double.NaN;
    }
    if (feature.isCategorical()) {
      if (value instanceof String text) {
        return model.level(index, text);
      }
      throw wrong(model, feature, "text", value);
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    String type = feature.sqlType().toUpperCase(Locale.ROOT);
    if (value instanceof String text && (type.equals("DATE") || type.startsWith("TIMESTAMP"))) {
      try {
        return days(text);
      } catch (DateTimeException e) {
        throw wrong(model, feature, "date", value);
      }
    }
    throw wrong(model, feature, "number", value);
  }

  /** Days from 1970-01-01 to a date or timestamp as DuckDB writes it. */
  private static double days(String text) {
    String iso = text.strip().replace(' ', 'T');
    if (iso.indexOf('T') < 0) {
      iso += "T00:00:00";
    }
    LocalDateTime time;
    if (iso.endsWith("Z") || iso.matches(".*T.*[-+].*")) {
      String zoned = iso.matches(".*[-+]\\d\\d") ? iso + ":00" : iso;
      time = OffsetDateTime.parse(zoned).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    } else {
      time = LocalDateTime.parse(iso);
    }
    return ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), time) / MICROS_PER_DAY;
  }

  private static WhatifException wrong(
      LoadedModel model, Feature feature, String kind, Object value) {
    return bad(
        model,
        "takes a %s for %s, which was %s at the fit; the row has %s"
            .formatted(kind, feature.name(), feature.sqlType(), JsonText.write(value)));
  }

  private static WhatifException bad(LoadedModel model, String what) {
    return new WhatifException(
        ErrorCode.BAD_ARGUMENT, "model '%s' %s.".formatted(model.name(), what));
  }
}

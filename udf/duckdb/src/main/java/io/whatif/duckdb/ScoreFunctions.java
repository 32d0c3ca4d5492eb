/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.Spare;
import io.whatif.data.WhatifException;
import io.whatif.function.Body;
import io.whatif.model.LinearCate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Scoring. {@code whatif_score(function, key, model, features, values...)} and {@code
 * whatif_level(function, model, key, feature, text)} stand in lowered text, where one call has one
 * model. {@code whatif_named(function, database, model, types, values...)} and {@code
 * whatif_named_level(function, database, model, feature, text)} stand in {@link NativeMacros}; they
 * look the model up by name among those committed, first in the connection's database.
 */
final class ScoreFunctions {
  private static final DuckDBColumnType VARCHAR = DuckDBColumnType.VARCHAR;
  private static final DuckDBColumnType BIGINT = DuckDBColumnType.BIGINT;
  private static final DuckDBColumnType DOUBLE = DuckDBColumnType.DOUBLE;

  private final Engine engine;

  /** Arrays that chunks are read into. */
  private final Spare<double[][]> spare = new Spare<>(() -> new double[0][]);

  ScoreFunctions(Engine engine) {
    this.engine = engine;
  }

  void register(Connection connection) throws SQLException {
    HiddenFunctions.define(
        connection, "whatif_score", DOUBLE, DOUBLE, this::score, VARCHAR, BIGINT, VARCHAR, VARCHAR);
    HiddenFunctions.define(
        connection,
        "whatif_level",
        DOUBLE,
        null,
        this::level,
        VARCHAR,
        VARCHAR,
        BIGINT,
        BIGINT,
        VARCHAR);
    HiddenFunctions.define(
        connection,
        "whatif_named",
        DOUBLE,
        DOUBLE,
        this::named,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR);
    HiddenFunctions.define(
        connection,
        "whatif_named_level",
        DOUBLE,
        null,
        this::namedLevel,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        BIGINT,
        VARCHAR);
  }

  private void score(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    int rows = (int) in.rowCount();
    if (rows == 0) {
      return;
    }
    String function = "whatif_score";
    try {
      function = HiddenFunctions.text(in, 0, 0);
      String name = HiddenFunctions.text(in, 2, 0);
      if (in.vector(1).isNull(0)) {
        throw dropped(name);
      }
      LoadedModel model = engine.models().byKey(in.vector(1).getLong(0), name);
      model.checkSignature(HiddenFunctions.text(in, 3, 0));
      int features = model.features().size();
      double[][] known = spare.take();
      boolean fits = known.length > features && known[0].length >= rows;
      double[][] values = fits ? known : new double[features + 1][rows];
      for (int f = 0; f < features; f++) {
        copy(in.vector(4L + f), rows, values[f]);
      }
      double[] scores = values[features];
      scalar(function).score(model.model(), values, rows, scores);
      for (int row = 0; row < rows; row++) {
        if (!Double.isNaN(scores[row])) {
          out.setDouble(row, scores[row]);
        }
      }
      spare.giveBack(values);
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
    if (rows == 0) {
      return;
    }
    String function = "whatif_level";
    try {
      function = HiddenFunctions.text(in, 0, 0);
      String name = HiddenFunctions.text(in, 1, 0);
      if (in.vector(2).isNull(0)) {
        return; // the score beside it tells that the model is gone
      }
      LoadedModel model = engine.models().byKey(in.vector(2).getLong(0), name);
      int feature = (int) in.vector(3).getLong(0);
      if (feature >= model.features().size()) {
        return; // the score beside it tells that the model has other features now
      }
      DuckDBReadableVector texts = in.vector(4);
      for (int row = 0; row < rows; row++) {
        if (!texts.isNull(row)) {
          out.setDouble(row, model.level(feature, texts.getString(row)));
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, function);
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

  /** Scores by names of models, which may change from row to row. */
  private void named(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    int rows = (int) in.rowCount();
    if (rows == 0) {
      return;
    }
    String function = "whatif_named";
    DuckDBReadableVector names = in.vector(2);
    try {
      function = HiddenFunctions.text(in, 0, 0);
      for (int from = 0, to; from < rows; from = to) {
        String name = names.isNull(from) ? null : names.getString(from);
        to = from + 1;
        while (to < rows && same(names, to, name)) {
          to++;
        }
        if (name != null) {
          scoreRange(function, name, in, from, to, out);
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, function);
    }
  }

  /** The types of the values given; those that were left out are BIT, at the end. */
  private static List<String> types(String joined) {
    List<String> types = new ArrayList<>(List.of(joined.split("\u001f", -1)));
    while (!types.isEmpty() && List.of("BIT", "").contains(types.get(types.size() - 1))) {
      types.remove(types.size() - 1);
    }
    return types;
  }

  private static boolean same(DuckDBReadableVector names, int row, @Nullable String name) {
    return names.isNull(row) ? name == null : names.getString(row).equals(name);
  }

  private void scoreRange(
      String function,
      String name,
      DuckDBDataChunkReader in,
      int from,
      int to,
      DuckDBWritableVector out)
      throws SQLException {
    LoadedModel model = engine.models().committed(HiddenFunctions.text(in, 1, from), name);
    List<String> types = types(HiddenFunctions.text(in, 3, from));
    int[] places = places(function, model, types.size());
    LoadedModel.checkArity(function, name, model.features(), places.length);
    model.checkTypes(Arrays.stream(places).mapToObj(types::get).toList());
    double[][] values = new double[places.length][to - from];
    for (int f = 0; f < places.length; f++) {
      DuckDBReadableVector vector = in.vector(4L + places[f]);
      for (int i = 0; i < to - from; i++) {
        values[f][i] = vector.getDouble(from + i, Double.NaN);
      }
    }
    double[] scores = new double[to - from];
    scalar(function).score(model.model(), values, scores.length, scores);
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(scores[i])) {
        out.setDouble(from + i, scores[i]);
      }
    }
  }

  /**
   * Where among the values given each feature stands. A value of the treatment comes first where
   * the function takes one: the last two features of a bent effect, and none of another.
   */
  private int[] places(String function, LoadedModel model, int given) {
    boolean dose = scalar(function).takesDose() && given > 0;
    boolean curve = model.model() instanceof LinearCate linear && linear.isCurve();
    int[] places = new int[dose ? given - 1 + (curve ? 2 : 0) : given];
    for (int f = 0; f < places.length; f++) {
      places[f] = dose ? (f < given - 1 ? f + 1 : 0) : f;
    }
    return places;
  }

  private void namedLevel(DuckDBDataChunkReader in, DuckDBWritableVector out) {
    String function = "whatif_named_level";
    DuckDBReadableVector names = in.vector(2);
    DuckDBReadableVector texts = in.vector(4);
    try {
      String last = null;
      LoadedModel model = null;
      for (int row = 0; row < in.rowCount(); row++) {
        if (names.isNull(row) || texts.isNull(row)) {
          continue;
        }
        function = HiddenFunctions.text(in, 0, row);
        String name = names.getString(row);
        if (model == null || !name.equals(last)) {
          model = engine.models().committed(HiddenFunctions.text(in, 1, row), name);
          last = name;
        }
        int feature = (int) in.vector(3).getLong(row);
        if (feature < model.features().size()) {
          out.setDouble(row, model.level(feature, texts.getString(row)));
        }
      }
    } catch (SQLException | RuntimeException | Error e) {
      throw Errors.of(e, function);
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.duckdb.SqlText;
import io.whatif.function.EffectWriter;
import io.whatif.function.Figure;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes effects through Calcite's dialects. */
public final class CalciteEffectWriter implements EffectWriter {
  @Override
  public String expression(CateModel model, Figure figure, String dialect) {
    return ModelSql.text(model, figure, dialect);
  }

  @Override
  public List<Macro> macros(String name, CateModel model, String schema) {
    List<String> features = model.features().stream().map(Feature::name).toList();
    String parameters = features.stream().map(SqlText::quote).collect(Collectors.joining(", "));
    List<Macro> macros = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      String macro = name + "_" + figure.word();
      String sql =
          "CREATE OR REPLACE MACRO %s.%s(%s) AS %s"
              .formatted(
                  SqlText.quote(schema),
                  SqlText.quote(macro),
                  parameters,
                  ModelSql.text(model, figure, "duckdb"));
      macros.add(new Macro(macro, features, sql));
    }
    return macros;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.model.StoredModel;
import java.util.List;

/** A stored model's effect as the text of a SQL expression. */
final class CateSql implements Body.ModelText {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_sql",
          "The effect a model predicts, or its error or interval, as a SQL expression over columns named as the"
              + " model's features. It runs without Whatif, in DuckDB and in other databases.",
          List.of(
              Argument.required("model", Argument.Type.TEXT, "The model's name."),
              Argument.optional(
                      "figure",
                      Argument.Type.WORD,
                      "What to write; lower and upper at the model's level.")
                  .withChoices(Figure.words().toArray(new String[0]))
                  .withDefault(Figure.EFFECT.word()),
              Argument.optional("dialect", Argument.Type.WORD, "Whose SQL.")
                  .withChoices(EffectWriter.DIALECTS.toArray(new String[0]))
                  .withDefault(EffectWriter.DIALECTS.get(0))),
          List.of(new ResultColumn("cate_sql", SqlType.VARCHAR, "the expression")),
          "the formulas of cate_effect and cate_stderr",
          "SELECT cate_sql('training', 'effect', 'postgresql');",
          List.of(new CateSql()));

  @Override
  public String text(StoredModel model, Arguments arguments, EffectWriter writer) {
    return writer.expression(
        model.model(),
        Figure.named(arguments.requiredText("figure")),
        arguments.requiredText("dialect"));
  }
}

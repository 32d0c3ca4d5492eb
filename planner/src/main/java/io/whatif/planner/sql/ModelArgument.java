/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model of a call that reads a relation by it: the first argument without a name. */
final class ModelArgument {
  private ModelArgument() {}

  /** The arguments, the model among them by its name. */
  static List<WrittenArgument> named(SqlTokens sql, List<WrittenArgument> written) {
    if (written.stream().anyMatch(argument -> "model".equalsIgnoreCase(argument.name()))) {
      return written;
    }
    List<WrittenArgument> all = new ArrayList<>(written);
    for (int i = 0; i < all.size(); i++) {
      WrittenArgument argument = all.get(i);
      if (argument.name() == null) {
        if (!new RelationArgument(sql, argument.from(), argument.to()).isQuery()) {
          all.set(i, argument.as("model"));
        }
        return all;
      }
    }
    return all;
  }

  /** The arguments, those without a name by those of the function's arguments at their places. */
  static List<WrittenArgument> allNamed(
      FunctionDescriptor function, List<WrittenArgument> written) {
    List<WrittenArgument> all = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      WrittenArgument argument = written.get(i);
      boolean known = argument.name() == null && i < function.arguments().size();
      all.add(known ? argument.as(function.arguments().get(i).name()) : argument);
    }
    return all;
  }

  /**
   * The model.
   *
   * @param model as it was given, null if it was not
   * @param relation null if it was not given
   * @throws WhatifException if one of the two is missing
   */
  static String of(FunctionDescriptor function, @Nullable Object model, @Nullable String relation) {
    String name = function.name();
    if (!(model instanceof String text)) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "%s: the model is missing. Write %s('model', TABLE name).".formatted(name, name));
    }
    if (relation == null) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "%s: the relation is missing. Say which rows are meant: %s('%s', TABLE name) or %s('%s', (SELECT ...))."
              .formatted(name, name, text, name, text));
    }
    return text;
  }
}

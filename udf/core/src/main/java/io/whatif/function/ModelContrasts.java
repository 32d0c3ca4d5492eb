/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.Contrast;
import io.whatif.model.StoredModel;
import java.util.List;

/** Which effects of a stored model functions over the rows of a relation tell of. */
final class ModelContrasts {
  private ModelContrasts() {}

  /** The effects of a stored model, by the names that the fit told; of a bent one its slope. */
  static List<Contrast> of(StoredModel model, Arguments arguments) {
    String only = String.valueOf(model.provenance().getOrDefault("contrast", ""));
    if (Contrast.bends(model.model())) {
      if (!arguments.isGiven("at")) {
        throw new WhatifException(
            ErrorCode.BAD_MODEL,
            "model '%s' has an effect that depends on the value of the treatment (treatment_basis), so that a row has many. Say at => with a value of it for the mean slope there, or average cate_effect over the rows."
                .formatted(model.name()));
      }
      double at = arguments.number("at");
      String name = "%s at %s".formatted(only, TreatmentReader.number(at));
      return List.of(new Contrast(name, Contrast.slope(model.model(), at)));
    }
    if (arguments.isGiven("at")) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "at => %s: the effect of model '%s' does not depend on the value of the treatment. Leave it out."
              .formatted(TreatmentReader.number(arguments.number("at")), model.name()));
    }
    List<Contrast> contrasts = Contrast.of(model.model(), only);
    return model.provenance().get("together") == null
        ? contrasts
        : contrasts.stream().map(c -> new Contrast(told(model, c.name()), c.effect())).toList();
  }

  /** What the fit called the effect of one of several treatments. */
  private static String told(StoredModel model, String name) {
    String treatment = name.substring(name.indexOf(" -> ") + 4);
    return model.reports().stream()
        .map(report -> String.valueOf(report.get("contrast")))
        .filter(contrast -> contrast.startsWith(treatment + ": "))
        .findFirst()
        .orElse(name);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Normal;
import io.whatif.model.CateModel;
import io.whatif.model.LinearCate;
import io.whatif.model.PartitionedCate;
import java.util.List;

/** The scalar functions that score rows with a stored model, one for each kind of figure. */
enum ModelScore implements Body.Scalar {
  EFFECT(
      "cate_effect",
      SqlType.DOUBLE,
      "The effect the model predicts for a row: one unit of treatment more, or treated against untreated.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      model.effect(features, rows, into);
    }
  },
  STANDARD_ERROR("cate_stderr", SqlType.DOUBLE, "The standard error of cate_effect.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      model.standardError(features, rows, into);
    }
  },
  LOWER(
      "cate_lower",
      SqlType.DOUBLE,
      "The lower end of the interval around cate_effect, at the model's level.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      bound(model, features, rows, into, -1);
    }
  },
  UPPER(
      "cate_upper",
      SqlType.DOUBLE,
      "The upper end of the interval around cate_effect, at the model's level.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      bound(model, features, rows, into, 1);
    }
  },
  MARGINAL(
      "cate_marginal",
      SqlType.DOUBLE,
      "What one unit of treatment more does at a value of the treatment, which is passed before the"
          + " features: the derivative of the effect.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      marginal(model).effect(features, rows, into);
    }

    @Override
    public boolean takesDose() {
      return true;
    }
  },
  MARGINAL_STDERR("cate_marginal_stderr", SqlType.DOUBLE, "The standard error of cate_marginal.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      marginal(model).standardError(features, rows, into);
    }

    @Override
    public boolean takesDose() {
      return true;
    }
  },
  SUPPORT(
      "cate_support",
      SqlType.BOOLEAN,
      "Whether the row lies within the data the model was fitted on: each feature within its"
          + " 0.1-99.9% range, each category seen, leverage no larger than at the fit.") {
    @Override
    public void score(CateModel model, double[][] features, int rows, double[] into) {
      model.support(features, rows, into);
    }
  };

  private final String sqlName;
  private final SqlType type;
  private final String text;

  ModelScore(String sqlName, SqlType type, String text) {
    this.sqlName = sqlName;
    this.type = type;
    this.text = text;
  }

  FunctionDescriptor descriptor() {
    return new FunctionDescriptor(
        sqlName,
        text,
        List.of(),
        List.of(new ResultColumn(sqlName, type, text)),
        "phi(x)'beta and its delta-method error, as EconML's const_marginal_effect and its inference",
        "SELECT age, %s('training', %sage, education) AS value FROM nsw LIMIT 3;"
            .formatted(sqlName, takesDose() ? "1, " : ""),
        List.of(this));
  }

  private static CateModel marginal(CateModel model) {
    if (model instanceof PartitionedCate groups) {
      return groups.each(ModelScore::marginal);
    }
    return model instanceof LinearCate linear ? linear.marginal() : model;
  }

  private static void bound(
      CateModel model, double[][] features, int rows, double[] into, int sign) {
    double[] error = new double[rows];
    model.effect(features, rows, into);
    model.standardError(features, rows, error);
    double q = sign * Normal.quantile(0.5 + model.level() / 2);
    for (int i = 0; i < rows; i++) {
      into[i] += q * error[i];
    }
  }
}

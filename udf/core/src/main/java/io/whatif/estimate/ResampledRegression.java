/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import io.whatif.math.WeightedGrams;
import java.util.Arrays;

/**
 * The residual regressions in each draw of a round: by fold \( \sum n v^2 \phi \phi^\top \) and \(
 * \sum n u v \phi \), u and v the residuals of outcome and treatment by the draw's own nuisances, n
 * how much a row counts in it, \( \phi \) its terms of the effect; and \( \sum n \phi \).
 *
 * <p>Memory: {@code folds * draws * p^2} doubles for each thread, p terms.
 */
final class ResampledRegression implements Mergeable<ResampledRegression> {
  private final ResampledRows rows;
  private final int width;
  private final WeightedGrams[] squares;
  private final CrossGram[] products;
  private final CrossGram terms;

  /** Of a block's rows in each draw, n v^2 and n u v. */
  private final double[] vv;

  private final double[] uv;

  private ResampledRegression(ResampledRows.Round round) {
    rows = new ResampledRows(round);
    width = round.basis().width();
    int draws = round.draws().count();
    squares = new WeightedGrams[round.folds().count()];
    Arrays.setAll(squares, k -> new WeightedGrams(width, draws));
    products = new CrossGram[squares.length];
    Arrays.setAll(products, k -> new CrossGram(width, draws));
    terms = new CrossGram(width, draws);
    vv = new double[rows.counts.length];
    uv = new double[rows.counts.length];
  }

  /** Sums up the rows. One scan. */
  static ResampledRegression of(Run run, ResampledRows.Round round) {
    return round.study().data().scan(run, new Sum(round));
  }

  @Override
  public ResampledRegression merge(ResampledRegression other) {
    for (int k = 0; k < squares.length; k++) {
      squares[k].add(other.squares[k]);
      products[k].add(other.products[k]);
    }
    terms.add(other.terms);
    return this;
  }

  /** The coefficients in a draw without a fold, -1 for none; NaN where there are none. */
  double[] solve(int excluded, int draw) {
    Gram gram = new Gram(width + 1);
    double[] right = new double[width];
    for (int k = 0; k < squares.length; k++) {
      if (k != excluded) {
        squares[k].addTo(gram, draw);
        for (int t = 0; t < width; t++) {
          right[t] += products[k].get(t, draw);
        }
      }
    }
    double sum = 0;
    for (int t = 0; t < width; t++) {
      gram.set(width, t, right[t]);
      sum += gram.get(t, t) + right[t];
    }
    if (!(Double.isFinite(sum) && gram.get(0, 0) > 0)) {
      double[] undefined = new double[width];
      Arrays.fill(undefined, Double.NaN);
      return undefined;
    }
    return PseudoInverse.of(gram, width).solve(gram, width);
  }

  /** The mean effect over a draw's rows. */
  double mean(double[] coefficients, int draw) {
    double mean = 0;
    for (int t = 0; t < width; t++) {
      mean += coefficients[t] * terms.get(t, draw) / terms.get(0, draw);
    }
    return mean;
  }

  private record Sum(ResampledRows.Round round)
      implements Pass<ResampledRegression, ResampledRegression> {
    @Override
    public ResampledRegression zero() {
      return new ResampledRegression(round);
    }

    @Override
    public void accumulate(Batch batch, ResampledRegression sum) {
      ResampledRows rows = sum.rows;
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int draws = round.draws().count();
      rows.forEachBlock(
          batch,
          (from, to, fold) -> {
            for (int r = from; r < to; r++) {
              int row = rows.row(r);
              int at = (r - from) * draws;
              for (int b = 0; b < draws; b++) {
                double u = y[row] - rows.predicted(ResampledRows.OUTCOME, r - from, b);
                double v = d[row] - rows.predicted(ResampledRows.TREATMENT, r - from, b);
                double wv = rows.counts[at + b] * v;
                sum.vv[at + b] = wv * v;
                sum.uv[at + b] = wv * u;
              }
            }
            sum.squares[fold].add(rows.terms, sum.width, sum.vv, to - from);
            sum.products[fold].add(rows.terms, sum.uv, to - from);
            sum.terms.add(rows.terms, rows.counts, to - from);
          });
    }

    @Override
    public ResampledRegression finish(ResampledRegression total) {
      return total;
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Basis;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.ResampledFits;
import io.whatif.learn.ResampledLearners;
import io.whatif.learn.Target;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import io.whatif.math.WeightedGrams;
import java.util.Arrays;
import java.util.List;

/**
 * The estimates of {@link LinearDml} in many bootstrap resamples, nuisances fitted anew in each,
 * for learners that {@link ResampledLearners} takes.
 *
 * <p>Method: one scan gives the nuisances of all draws; one the Gram matrices of the residual
 * regressions, by draw and fold; for averages of a binary treatment a third the sums of the scores
 * of {@link Scores}. Of least squares and one number as the effect the first is enough: products of
 * residuals follow from the Gram matrices they were fitted by. Predictions are made again in each
 * scan and not kept. Folds are those of the first repetition; the copies of a row share its fold.
 *
 * <p>Cost of each scan: {@code draws * (columns + p^2)} operations a row, p terms of the effect;
 * memory {@code folds * draws * p^2} doubles for each thread. Draws are taken in as many rounds as
 * the sums of nuisances need to stay below {@value #SUMS} doubles a thread.
 */
final class LinearResamples {
  private static final long SUMS = 4_000_000;
  private static final int OUTCOME = 0;
  private static final int TREATMENT = 1;

  private final Run run;
  private final Study study;
  private final EffectBasis basis;
  private final Folds folds;
  private final boolean binary;

  /** How many averages there are rows of. */
  private final int averages;

  private final ResampledLearners learners;

  private LinearResamples(Run run, Study study, FitOptions options, boolean averages) {
    this.run = run;
    this.study = study;
    this.basis = LinearDml.basis(run, study, options);
    this.folds = CrossFit.folds(run, study, options, options.seed());
    this.binary = study.treatment().binary();
    this.averages = !averages ? 0 : binary ? 2 : basis.width() > 1 ? 1 : 0;
    this.learners =
        new ResampledLearners(run, study.data(), study.covariates(), asked(study, options), folds);
  }

  private static List<ResampledLearners.Asked> asked(Study study, FitOptions options) {
    Learner outcome = outcome(options);
    Learner treatment = treatment(study, options);
    Target.Kind kind = study.treatment().binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
    return List.of(
        new ResampledLearners.Asked(
            outcome, new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn())),
        new ResampledLearners.Asked(
            treatment, new Target(Study.TREATMENT, kind, study.weightColumn())));
  }

  private static Learner outcome(FitOptions options) {
    return Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
  }

  private static Learner treatment(Study study, FitOptions options) {
    return Learners.parse(
        "treatment_learner",
        options.treatmentLearner(),
        study.treatment().binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE);
  }

  /** Whether the learners of a call are such that resamples follow from sums. */
  static boolean takes(Study study, FitOptions options) {
    return ResampledLearners.takes(outcome(options), treatment(study, options));
  }

  /** What is asked for. */
  record Asked(int draws, boolean averages) {}

  /**
   * The estimates in the sample itself and in each resample.
   *
   * @param asked how many draws, and whether of averages too
   * @return for each row of the summary that has an error, in order, draws 0 (the sample) to the
   *     last; averages only if they are asked for
   */
  static double[][] estimates(
      Run run, Study study, FitOptions options, BootstrapWeights weights, Asked asked) {
    LinearResamples resamples = new LinearResamples(run, study, options, asked.averages());
    int draws = asked.draws();
    int p = resamples.basis.width();
    int averages = resamples.averages;
    double[][] all = new double[p + averages][draws + 1];
    int round = resamples.learners.drawsWithin(SUMS);
    for (int from = 0; from <= draws; from += round) {
      int to = (int) Math.min(draws + 1L, (long) from + round);
      run.progress("bootstrap", from, draws + 1L);
      double[][] some = resamples.round(weights.draws(from, to));
      for (int row = 0; row < all.length; row++) {
        System.arraycopy(some[row], 0, all[row], from, to - from);
      }
    }
    return all;
  }

  private double[][] round(BootstrapWeights.Draws draws) {
    ResampledFits fits = learners.fit(draws);
    if (averages == 0 && basis.width() == 1 && fits.residualProducts(0, 0) != null) {
      return new double[][] {constants(fits)};
    }
    Round round = new Round(this, fits, draws);
    Sums sums = study.data().scan(run, new RegressionPass(round));
    int p = basis.width();
    double[][] rows = new double[p + averages][draws.count()];
    double[][] withoutFold = new double[folds.count()][p * draws.count()];
    for (int b = 0; b < draws.count(); b++) {
      double[] beta = sums.solve(-1, b);
      for (int t = 0; t < p; t++) {
        rows[t][b] = beta[t];
        if (averages == 1) {
          rows[p][b] += beta[t] * sums.means.get(t, b) / sums.means.get(0, b);
        }
      }
      for (int k = 0; averages == 2 && k < folds.count(); k++) {
        double[] other = sums.solve(k, b);
        for (int t = 0; t < p; t++) {
          withoutFold[k][t * draws.count() + b] = other[t];
        }
      }
    }
    if (averages == 2) {
      ScoreSums scores = study.data().scan(run, new ScorePass(round, withoutFold));
      for (int b = 0; b < draws.count(); b++) {
        rows[p][b] = scores.score[b] / scores.rows[b];
        rows[p + 1][b] = scores.onTreated[b] / scores.treated[b];
      }
    }
    return rows;
  }

  /** The effect as one number in each draw, without another scan. */
  private double[] constants(ResampledFits fits) {
    double[] effects = new double[fits.draws()];
    for (int b = 0; b < effects.length; b++) {
      double uv = 0;
      double vv = 0;
      for (int k = 0; k < folds.count(); k++) {
        Gram products = fits.residualProducts(k, b);
        if (products != null) {
          uv += products.get(OUTCOME, TREATMENT);
          vv += products.get(TREATMENT, TREATMENT);
        }
      }
      effects[b] = uv / vv;
    }
    return effects;
  }

  /** What the scans of one round of draws read by. */
  private record Round(LinearResamples of, ResampledFits fits, BootstrapWeights.Draws draws) {}

  /** The rows a thread has in hand: their predictions, counts and terms of the effect. */
  private static final class Hand {
    final Round round;
    final FoldRows rows;
    final ResampledFits.Predictions predictions;
    final double[] counts;
    final double[] terms;
    final int width;
    double[][] phi = new double[0][];
    boolean[] complete = new boolean[0];

    Hand(Round round) {
      this.round = round;
      this.rows = new FoldRows(round.of().folds);
      this.predictions = round.fits().predictions();
      this.counts = new double[Basis.Block.ROWS * round.draws().count()];
      this.width = round.of().basis.width();
      this.terms = new double[Basis.Block.ROWS * width];
    }

    void open(Batch batch) {
      phi = round.of().basis.fill(batch);
      complete = EffectBasis.complete(phi, batch.rows());
      rows.group(batch);
    }

    /** Takes a block of rows of one fold; a row that lacks a term counts as nothing. */
    void take(Batch batch, int from, int to, int fold) {
      predictions.fill(batch, rows.rows(), from, to, fold);
      round.draws().fill(batch.firstRow(), rows.rows(), from, to, counts);
      int draws = round.draws().count();
      for (int r = from; r < to; r++) {
        int row = rows.rows()[r];
        int at = (r - from) * width;
        for (int t = 0; t < width; t++) {
          terms[at + t] = complete[row] ? phi[t][row] : 0;
        }
        double weight = complete[row] ? round.of().study.weight((int) batch.firstRow() + row) : 0;
        for (int b = 0; weight != 1 && b < draws; b++) {
          counts[(r - from) * draws + b] *= weight;
        }
      }
    }
  }

  /** Something done with each block of rows of one fold. */
  @FunctionalInterface
  private interface Block {
    void take(int from, int to, int fold);
  }

  private static void forEachBlock(Batch batch, Hand hand, Block block) {
    hand.open(batch);
    for (int k = 0; k < hand.round.of().folds.count(); k++) {
      int end = hand.rows.start(k + 1);
      for (int from = hand.rows.start(k); from < end; from += Basis.Block.ROWS) {
        int to = Math.min(end, from + Basis.Block.ROWS);
        hand.take(batch, from, to, k);
        block.take(from, to, k);
      }
    }
  }

  /** The Gram matrices of the residual regressions. */
  private static final class Sums implements Mergeable<Sums> {
    final Hand hand;
    final WeightedGrams[] squares;
    final CrossGram[] products;
    final CrossGram means;
    final double[] vv;
    final double[] uv;

    Sums(Round round) {
      hand = new Hand(round);
      int width = hand.width;
      int draws = round.draws().count();
      squares = new WeightedGrams[round.of().folds.count()];
      Arrays.setAll(squares, k -> new WeightedGrams(width, draws));
      products = new CrossGram[squares.length];
      Arrays.setAll(products, k -> new CrossGram(width, draws));
      means = new CrossGram(width, draws);
      vv = new double[hand.counts.length];
      uv = new double[hand.counts.length];
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < squares.length; k++) {
        squares[k].add(other.squares[k]);
        products[k].add(other.products[k]);
      }
      means.add(other.means);
      return this;
    }

    /** The coefficients of a draw without a fold, -1 for none. */
    double[] solve(int excluded, int draw) {
      int width = hand.width;
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
  }

  private record RegressionPass(Round round) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(round);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      Hand hand = sum.hand;
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int draws = round.draws().count();
      forEachBlock(
          batch,
          hand,
          (from, to, fold) -> {
            for (int r = from; r < to; r++) {
              int row = hand.rows.rows()[r];
              int at = (r - from) * draws;
              for (int b = 0; b < draws; b++) {
                double u = y[row] - hand.predictions.of(OUTCOME, r - from, b);
                double v = d[row] - hand.predictions.of(TREATMENT, r - from, b);
                double wv = hand.counts[at + b] * v;
                sum.vv[at + b] = wv * v;
                sum.uv[at + b] = wv * u;
              }
            }
            sum.squares[fold].add(hand.terms, hand.width, sum.vv, to - from);
            sum.products[fold].add(hand.terms, sum.uv, to - from);
            sum.means.add(hand.terms, hand.counts, to - from);
          });
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** Sums of scores, one number for each draw. */
  private static final class ScoreSums implements Mergeable<ScoreSums> {
    final Hand hand;
    final double[] rows;
    final double[] score;
    final double[] treated;
    final double[] onTreated;

    ScoreSums(Round round) {
      hand = new Hand(round);
      int draws = round.draws().count();
      rows = new double[draws];
      score = new double[draws];
      treated = new double[draws];
      onTreated = new double[draws];
    }

    @Override
    public ScoreSums merge(ScoreSums other) {
      for (int b = 0; b < rows.length; b++) {
        rows[b] += other.rows[b];
        score[b] += other.score[b];
        treated[b] += other.treated[b];
        onTreated[b] += other.onTreated[b];
      }
      return this;
    }
  }

  private record ScorePass(Round round, double[][] withoutFold)
      implements Pass<ScoreSums, ScoreSums> {
    @Override
    public ScoreSums zero() {
      return new ScoreSums(round);
    }

    @Override
    public void accumulate(Batch batch, ScoreSums sum) {
      Hand hand = sum.hand;
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      forEachBlock(
          batch,
          hand,
          (from, to, fold) -> {
            for (int r = from; r < to; r++) {
              int row = hand.rows.rows()[r];
              add(sum, r - from, fold, y[row], d[row]);
            }
          });
    }

    private void add(ScoreSums sum, int r, int fold, double y, double d) {
      Hand hand = sum.hand;
      int draws = round.draws().count();
      for (int b = 0; b < draws; b++) {
        double w = hand.counts[r * draws + b];
        double tau = 0;
        for (int t = 0; t < hand.width; t++) {
          tau += hand.terms[r * hand.width + t] * withoutFold[fold][t * draws + b];
        }
        double u = y - hand.predictions.of(OUTCOME, r, b);
        double e = Scores.clip(hand.predictions.of(TREATMENT, r, b));
        double rest = u + e * tau;
        sum.rows[b] += w;
        sum.score[b] += w * (tau + (d - e) / (e * (1 - e)) * (u - (d - e) * tau));
        sum.treated[b] += w * d;
        sum.onTreated[b] += w * (d * rest - (1 - d) * e / (1 - e) * rest);
      }
    }

    @Override
    public ScoreSums finish(ScoreSums total) {
      return total;
    }
  }
}

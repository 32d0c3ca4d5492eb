/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.ArmFits;
import io.whatif.estimate.Bootstrap;
import io.whatif.estimate.Effect;
import io.whatif.estimate.Estimator;
import io.whatif.estimate.Estimators;
import io.whatif.estimate.Fit;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.JointDml;
import io.whatif.estimate.Settings;
import io.whatif.estimate.Study;
import io.whatif.estimate.Treatment;
import io.whatif.estimate.Warning;
import io.whatif.model.CateModel;
import io.whatif.model.Kept;
import io.whatif.model.KeptRows;
import io.whatif.model.LinearCate;
import io.whatif.model.RowIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call that estimates an effect: from a relation and arguments to a fit and its rows. */
final class EffectCall {
  /** What each of several treatments is compared with in a model of all. */
  private static final String NO_TREATMENT = "(none)";

  private static final String CLASS = "io.whatif";

  /** The method for several arms where none is named. */
  private static final String OF_ARMS = "dr";

  /** Rows a group needs for learners that bend to be its default. */
  private static final int FEW_ROWS = 2_000;

  private final Arguments arguments;
  private final Arguments given;
  private final Study study;
  private final ArmFits fits;

  /** Treatments estimated together, of each of which there is a fit; else the study's own. */
  private final List<Treatment> treatments;

  private final RowIds ids;

  /**
   * What was found, and of which treatments.
   *
   * @param ids of the study's rows
   */
  private record Found(Study study, ArmFits fits, List<Treatment> treatments, RowIds ids) {}

  /**
   * A call that was answered.
   *
   * @param arguments with what its treatment decided
   * @param given the arguments as they were
   */
  private EffectCall(Arguments arguments, Arguments given, Found found) {
    this.arguments = arguments;
    this.given = given;
    this.study = found.study();
    this.fits = found.fits();
    this.treatments = found.treatments();
    this.ids = found.ids();
  }

  static EffectCall of(Run run, RawTable relation, Arguments arguments, FitOptions.Scale scale) {
    FitOptions options = options(arguments, scale, relation.rows());
    long relationRows = relation.rows();
    if (RelationRoles.of(relation, arguments).listed().treatments().size() > 1) {
      if (!StudyArguments.together(arguments)) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "treatment => %s: a model is of one treatment. Say together => true for one regression of all, or fit a model for each."
                .formatted(Arguments.show(arguments.names("treatment"))));
      }
      JointDml.Question question = JointCall.question(run, relation, arguments);
      ArmFits fits = JointDml.of(run.part("", 0.1, 1), question, options);
      return new EffectCall(
          arguments,
          arguments,
          new Found(question.base(), fits, question.treatments(), RowIds.NONE));
    }
    Predictions given = Predictions.of(run, relation, arguments);
    IdColumn id = IdColumn.ofFit(run, relation, arguments);
    StudyBuilder.Rows rows = StudyBuilder.rows(run.part("", 0, 0.1), relation, arguments);
    Study study = rows.study();
    boolean several = study.treatment().kind() == Treatment.Kind.ARMS;
    Arguments own = several ? byArm(arguments) : arguments;
    if (own != arguments) {
      options = options(own, scale, relationRows);
    }
    Estimator estimator = Estimators.named(own.requiredText("method"));
    Bootstrap.Plan bootstrap = InferenceArguments.bootstrap(own);
    given.checkEffect(estimator, options, bootstrap != null);
    options = options.with(given.checked(rows));
    RowIds ids = id.of(rows.places()); // from here on nothing holds the places
    Run fitting = run.part("", 0.1, bootstrap == null ? 1 : 0.3);
    ArmFits fits =
        several
            ? estimator.fitArms(fitting, study, options)
            : ArmFits.of(estimator.fit(fitting, study, options));
    if (bootstrap != null) {
      fits =
          Bootstrap.of(
              run.part("", 0.3, 1),
              study,
              options,
              new Bootstrap.Fitted(estimator, fits),
              bootstrap);
    }
    return new EffectCall(own, arguments, new Found(study, fits, List.of(study.treatment()), ids));
  }

  /**
   * The arguments for a treatment with several arms: without a method, that which compares each
   * with the control over all rows, unless one regression of all is asked for.
   */
  private static Arguments byArm(Arguments arguments) {
    return arguments.isGiven("method") || StudyArguments.together(arguments)
        ? arguments
        : arguments.with("method", OF_ARMS);
  }

  /**
   * Arguments by which every group reads the treatment as the whole relation does: numbers of which
   * there are many are continuous, and several arms have their method, even where a group has two
   * of them.
   */
  static Arguments alike(RawTable relation, Arguments arguments) {
    RelationRoles roles = RelationRoles.of(relation, arguments);
    int treatment = roles.treatment();
    if (roles.listed().treatments().size() > 1) {
      return arguments; // each of several is read as its group's values are
    }
    boolean number = relation.columns().get(treatment).kind() == RawTable.Kind.NUMBER;
    String type = arguments.requiredText("treatment_type");
    boolean arms = type.equals("arms") || (type.equals("auto") && !number);
    if (!arms && !type.equals("auto")) {
      return arguments;
    }
    double[] values = new double[Math.toIntExact(relation.rows())];
    relation.tiles().read(treatment, 0, values, values.length);
    if (arms) {
      return TreatmentReader.isSeveral(values) ? byArm(arguments) : arguments;
    }
    return TreatmentReader.isContinuous(values)
        ? arguments.with("treatment_type", "continuous")
        : arguments;
  }

  /** How a call is to be estimated, checked. */
  static FitOptions options(Arguments a, FitOptions.Scale scale, long rows) {
    double level = level(a);
    Estimator estimator = Estimators.named(a.requiredText("method"));
    int reps = Partitions.asked(a) ? 1 : 0;
    if (a.isGiven("reps")) {
      reps = count(a, "reps", 1, 1000);
    }
    return new FitOptions(
        learner(a, "outcome_learner", rows, estimator),
        learner(a, "treatment_learner", rows, estimator),
        a.isGiven("folds") ? count(a, "folds", 2, 1000) : estimator.folds(),
        a.integer("seed"),
        reps,
        a.text("cov"),
        level,
        a.requiredText("feature_nulls").equals("impute"),
        scale,
        MethodOptions.METHODS.of(a, a.requiredText("method")));
  }

  /** As {@link #learner(Arguments, String, long)}, or what the estimator prefers. */
  private static String learner(Arguments a, String name, long rows, Estimator estimator) {
    String preferred = a.isGiven(name) ? "" : estimator.learner(rows);
    return preferred.isEmpty() ? learner(a, name, rows) : preferred;
  }

  /** The learner that is given; else, of a group of few rows, one that such rows can bear. */
  static String learner(Arguments a, String name, long rows) {
    return Partitions.asked(a) && !a.isGiven(name) && rows < FEW_ROWS
        ? "linear"
        : a.requiredText(name);
  }

  /** The level of intervals. */
  static double level(Arguments a) {
    double level = a.number("level");
    if (!(level > 0.5 && level < 1)) {
      throw bad(
          "level", TreatmentReader.number(level), "must lie between 0.5 and 1, such as 0.95.");
    }
    return level;
  }

  /** The options of functions that fit the treatment alone. */
  static FitOptions propensityOptions(Arguments a, long rows) {
    return new FitOptions(
        "ols",
        learner(a, "treatment_learner", rows),
        count(a, "folds", 2, 1000),
        a.integer("seed"),
        1,
        null,
        0.95,
        false,
        FitOptions.Scale.PLAIN,
        Settings.NONE);
  }

  /** A whole-number argument within bounds. */
  static int count(Arguments a, String name, int low, int high) {
    long value = a.integer(name);
    if (value < low || value > high) {
      throw bad(name, value, "must lie between " + low + " and " + high + ".");
    }
    return (int) value;
  }

  private static WhatifException bad(String name, Object value, String what) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, name + " => " + value + ": " + what);
  }

  /** The method, also where it was not named. */
  String method() {
    return arguments.requiredText("method");
  }

  Study study() {
    return study;
  }

  /** What was found of each arm, in the order of their codes; one of other treatments. */
  List<Fit> fits() {
    return fits.fits();
  }

  /** What an arm's effect compares; arms are numbered from 0. */
  String contrast(int arm) {
    if (together()) {
      return treatments.get(arm).column() + ": " + treatments.get(arm).contrast();
    }
    return study.treatment().continuous()
        ? study.treatment().contrast()
        : study.treatment().contrast(arm + 1);
  }

  /** Whether there is a fit of each of several treatments. */
  private boolean together() {
    return treatments.size() > 1;
  }

  /** The treatment; several as arms of one, by their names. */
  private Treatment treatment() {
    if (!together()) {
      return study.treatment();
    }
    List<String> names = treatments.stream().map(Treatment::column).toList();
    List<String> arms = new ArrayList<>(List.of(NO_TREATMENT));
    arms.addAll(names);
    return new Treatment(String.join(", ", names), Treatment.Kind.ARMS, arms);
  }

  /** The effect to keep. */
  CateModel model() {
    return fits.model(treatment());
  }

  /** What to keep of the rows. */
  Kept kept() {
    List<KeptRows> all = new ArrayList<>();
    for (int arm = 0; arm < fits().size(); arm++) {
      Fit.Keeping keeping = fits().get(arm).kept();
      if (keeping != null) {
        int[] places = keeping.places();
        all.add(keeping.rows().named(contrast(arm), places == null ? ids : ids.of(places)));
      }
    }
    return Kept.of(all);
  }

  /** The rows of cate_explain. */
  List<Map<String, @Nullable Object>> explain(Run run) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int arm = 0; arm < fits().size(); arm++) {
      Fit fit = fits().get(arm);
      for (Map<String, @Nullable Object> row :
          FeatureRows.of(run, study, fit.model(), fit.explain())) {
        row.put("contrast", contrast(arm));
        rows.add(row);
      }
    }
    return rows;
  }

  /** All rows that dml_summary may show. */
  List<Map<String, @Nullable Object>> summary() {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int arm = 0; arm < fits().size(); arm++) {
      Fit fit = fits().get(arm);
      String name = (together() ? treatments.get(arm) : study.treatment()).column();
      rows.addAll(
          rows(fit.effects(), fit.warnings(), contrast(arm), arguments.number("level")).stream()
              .map(row -> SummaryRows.named(row, study.outcome(), name))
              .toList());
    }
    return SummaryRows.shown(rows, true);
  }

  /** Effects as rows, the doubts on the first. */
  static List<Map<String, @Nullable Object>> rows(
      List<Effect> effects, List<Warning> warnings, String contrast, double level) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      Effect effect = effects.get(i);
      boolean test = effect.kind() == Effect.Kind.TEST;
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("term", effect.term());
      row.put("kind", effect.kind().name().toLowerCase(java.util.Locale.ROOT));
      row.put("estimand", effect.estimand());
      row.put("contrast", contrast);
      row.put("estimate", effect.estimate().value());
      row.put("std_error", effect.estimate().standardError());
      row.put("z", effect.estimate().z());
      row.put("p_value", effect.pValue());
      row.put("p_adjusted", Double.NaN);
      row.put("ci_lower", effect.lower(level));
      row.put("ci_upper", effect.upper(level));
      row.put("df", test && effect.degrees() > 0 ? (long) effect.degrees() : null);
      row.put("n", effect.basis().rows());
      row.put("split_sd", effect.basis().splitSpread());
      row.put("warnings", i == 0 ? warnings.stream().map(Warning::row).toList() : List.of());
      rows.add(row);
    }
    return rows;
  }

  /** The effect that stands for a fit in one number: the average, else the only one. */
  static Effect average(Fit fit) {
    return fit.effects().stream()
        .filter(e -> e.kind() == Effect.Kind.AVERAGE)
        .findFirst()
        .orElse(fit.effects().get(0));
  }

  /** Names of the features and of the controls that are not features. */
  List<String> names(boolean features) {
    return features
        ? study.features().stream().map(study::name).toList()
        : study.covariates().columns().stream()
            .filter(c -> !study.features().contains(c.column()))
            .map(c -> c.name())
            .toList();
  }

  /** What made the fit: arguments, columns, versions. */
  Map<String, @Nullable Object> provenance() {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("function", arguments.function().name());
    all.put("arguments", given.given());
    all.put("outcome", study.outcome());
    all.put("treatment", treatment().column());
    all.put("contrast", contrast(0));
    if (treatment().kind() == Treatment.Kind.ARMS) {
      all.put("arms", treatment().arms());
    }
    if (together()) {
      all.put("together", true);
    }
    if (model() instanceof LinearCate linear && linear.isCurve()) {
      all.put("arms", List.of("0"));
    }
    all.put("features", names(true));
    all.put("controls", names(false));
    all.put("seed", arguments.integer("seed"));
    all.put("rows", study.rows());
    String version = EffectCall.class.getPackage().getImplementationVersion();
    all.put("whatif_version", version == null ? CLASS : version);
    all.put("java_version", Runtime.version().toString());
    return all;
  }
}

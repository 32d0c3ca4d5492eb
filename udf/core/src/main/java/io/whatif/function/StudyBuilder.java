/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.Profile;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.RowOrder;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Study;
import io.whatif.estimate.Treatment;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Study} of a relation: keeps the usable rows, codes the treatment and the texts,
 * and puts the rows in the order of their keys.
 *
 * <p>A row's key is its {@code id}, else a hash of the values of its role columns that depends on
 * neither the order of rows nor that of columns; equal rows are numbered. So the same rows give the
 * same folds and the same bits, whichever way they are read.
 *
 * <p>Memory: the study's columns once more beside the relation's, 8 bytes a value.
 */
final class StudyBuilder {
  /** Different texts a column may hold to be encoded as categories. */
  static final int MAX_CATEGORIES = 200;

  /** Different values a fold column may hold. */
  static final int MAX_FOLDS = 1000;

  /** The largest value of a column, and one over it the smallest of such; squares are summed. */
  private static final double LARGEST = 1e60;

  private final Run run;
  private final RawTable table;
  private final Arguments arguments;
  private final RelationRoles roles;

  private StudyBuilder(Run run, RawTable table, Arguments arguments) {
    this.run = run;
    this.table = table;
    this.arguments = arguments;
    this.roles = RelationRoles.of(table, arguments);
  }

  /**
   * Reads {@code table} by the roles in {@code arguments}, and closes its tiles: their rows are in
   * the study.
   *
   * @throws WhatifException one line on the first thing that cannot be used
   */
  static Study build(Run run, RawTable table, Arguments arguments) {
    if (table.rows() == 0) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "the relation has no rows. Check its WHERE clause or its source.");
    }
    return new StudyBuilder(run, table, arguments).build();
  }

  private Study build() {
    run.progress("order rows", 0, 1);
    int[] kept = keptRows();
    double[] rawTreatment = values(roles.treatment(), kept);
    Integer id = roles.id();
    long[] keys = id == null ? content(kept) : idKeys(id, kept);
    Treatment treatment =
        new TreatmentReader(table, roles.treatment(), arguments).read(rawTreatment);
    int[] order = order(keys, kept);
    Study.Units units = units(keys, order, kept);
    List<Integer> covariates = roles.covariates();
    Gathered gathered =
        gather(kept, order, new Values(rawTreatment, treatment.binary()), covariates);
    table.tiles().close();
    StoredDataset data = new StoredDataset(gathered.schema(), gathered.tiles(), kept.length);
    Profile profile = Profile.of(run, data);
    List<Integer> features = new ArrayList<>();
    for (int feature : roles.features()) {
      features.add(2 + covariates.indexOf(feature));
    }
    return new Study(
        data,
        profile,
        treatment,
        roles.outcome() == null ? "" : table.columns().get(roles.outcome()).name(),
        features,
        covariates(data.schema(), profile, covariates.size()),
        units,
        table.rows() - kept.length,
        roles.id() != null && units.clusters() != null);
  }

  /** The rows with an outcome, a treatment and finite values, in the order they arrived. */
  private int[] keptRows() {
    if (table.rows() > Integer.MAX_VALUE - 8) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "the relation has %d rows, the most that are read is %d. Sample it with USING SAMPLE."
              .formatted(table.rows(), Integer.MAX_VALUE - 8));
    }
    int n = (int) table.rows();
    boolean[] drop = new boolean[n];
    dropNulls(roles.treatment(), drop);
    if (roles.outcome() != null) {
      dropNulls(roles.outcome(), drop);
    }
    if (roles.id() != null) {
      dropNulls(roles.id(), drop);
    }
    if (roles.fold() != null) {
      dropNulls(roles.fold(), drop);
    }
    dropNullControls(drop);
    int count = 0;
    for (boolean d : drop) {
      count += d ? 0 : 1;
    }
    if (count < 2) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "%d of %d rows have an outcome and a treatment. An estimate needs at least 2."
              .formatted(count, n));
    }
    int[] kept = new int[count];
    int k = 0;
    for (int i = 0; i < n; i++) {
      if (!drop[i]) {
        kept[k++] = i;
      }
    }
    return kept;
  }

  private void dropNulls(int column, boolean[] drop) {
    double[] values = all(column);
    int missing = 0;
    for (int i = 0; i < values.length; i++) {
      drop[i] |= Double.isNaN(values[i]);
      missing += Double.isNaN(values[i]) ? 1 : 0;
    }
    if (missing == values.length) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': is NULL in every row. Name another column, or check the relation."
              .formatted(role(column), name(column)));
    }
    checkRange(column, values);
  }

  /** With nulls => 'drop', leaves out rows in which a control that is no feature is NULL. */
  private void dropNullControls(boolean[] drop) {
    if (!arguments.requiredText("nulls").equals("drop")) {
      return;
    }
    for (int column : roles.covariates()) {
      if (roles.features().contains(column)) {
        continue;
      }
      double[] values = all(column);
      for (int i = 0; i < values.length; i++) {
        drop[i] |= Double.isNaN(values[i]);
      }
    }
  }

  private void checkCovariate(int column, double[] values) {
    long missing = 0;
    for (double v : values) {
      missing += Double.isNaN(v) ? 1 : 0;
    }
    checkRange(column, values);
    if (missing > 0 && arguments.requiredText("nulls").equals("error")) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': %d of %d rows are NULL and nulls => 'error'. Say nulls => 'indicator' or 'drop'."
              .formatted(role(column), name(column), missing, values.length));
    }
  }

  /** Refuses infinite values, and those whose fourth powers no double holds. */
  private void checkRange(int column, double[] values) {
    long infinite = 0;
    double largest = 0;
    for (double v : values) {
      infinite += Double.isInfinite(v) ? 1 : 0;
      largest = Math.max(largest, Double.isNaN(v) ? 0 : Math.abs(v));
    }
    if (infinite > 0) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': %d of %d rows are infinite. Filter them, or make them NULL with CASE WHEN isfinite(%s) THEN %s END."
              .formatted(
                  role(column), name(column), infinite, table.rows(), name(column), name(column)));
    }
    if (largest > LARGEST || (largest > 0 && largest < 1 / LARGEST)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': values reach %.1e, the largest must lie between %.0e and %.0e. Change the unit."
              .formatted(role(column), name(column), largest, 1 / LARGEST, LARGEST));
    }
  }

  private String name(int column) {
    return table.columns().get(column).name();
  }

  private String role(int column) {
    if (column == roles.treatment()) {
      return "treatment";
    }
    if (roles.outcome() != null && column == roles.outcome()) {
      return "outcome";
    }
    if (roles.features().contains(column)) {
      return "features";
    }
    if (roles.controls().contains(column)) {
      return "controls";
    }
    return Integer.valueOf(column).equals(roles.id()) ? "id" : "fold";
  }

  private double[] all(int column) {
    run.checkCancelled();
    double[] values = new double[(int) table.rows()];
    table.tiles().read(column, 0, values, values.length);
    return values;
  }

  private double[] values(int column, int[] rows) {
    double[] all = all(column);
    if (rows.length == all.length) {
      return all;
    }
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = all[rows[i]];
    }
    return values;
  }

  /** Adds a column's part of each row's content hash: a sum, so that column order is free. */
  private void addContent(int column, int[] kept, long[] content) {
    long salt = RowOrder.hash(name(column).toLowerCase(Locale.ROOT));
    double[] values = values(column, kept);
    long[] texts = textHashes(column);
    for (int i = 0; i < kept.length; i++) {
      content[i] += Mix.mix(salt ^ hash(values[i], texts));
    }
  }

  private long[] idKeys(int column, int[] kept) {
    double[] values = values(column, kept);
    long[] texts = textHashes(column);
    long[] keys = new long[kept.length];
    for (int i = 0; i < kept.length; i++) {
      keys[i] = hash(values[i], texts);
    }
    return keys;
  }

  private static long hash(double value, long[] texts) {
    return texts.length == 0 || Double.isNaN(value)
        ? RowOrder.hash(value)
        : texts[Math.max(0, (int) value)];
  }

  private long[] textHashes(int column) {
    RawColumn raw = table.columns().get(column);
    if (raw.kind() != RawTable.Kind.TEXT) {
      return new long[0];
    }
    double[] values = all(column);
    for (double v : values) {
      if (v == RawTable.OVERFLOW) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "%s => '%s': has too many different texts to read. Leave it out, or hash it to a number first."
                .formatted(role(column), raw.name()));
      }
    }
    return table.dictionary().stream().mapToLong(RowOrder::hash).toArray();
  }

  /** Rows of one key are ordered by their position where it is known, else by what they hold. */
  private int[] order(long[] keys, int[] kept) {
    if (table.rowPositions() >= 0) {
      return RowOrder.by(keys, () -> positionKeys(kept));
    }
    return RowOrder.by(keys, () -> roles.id() == null ? keys : content(kept));
  }

  private long[] positionKeys(int[] kept) {
    double[] positions = values(table.rowPositions(), kept);
    long[] second = new long[kept.length];
    for (int i = 0; i < second.length; i++) {
      second[i] = (long) positions[i];
    }
    return second;
  }

  /** A hash of each row's role columns. */
  private long[] content(int[] kept) {
    List<Integer> hashed = new ArrayList<>(roles.covariates());
    hashed.add(roles.treatment());
    if (roles.outcome() != null) {
      hashed.add(roles.outcome());
    }
    long[] content = new long[kept.length];
    for (int column : hashed) {
      addContent(column, kept, content);
    }
    return content;
  }

  private record Gathered(Schema schema, Tiles tiles) {}

  /** The treatment of each kept row, coded. */
  private record Values(double[] treatment, boolean binary) {}

  private Gathered gather(int[] kept, int[] order, Values coded, List<Integer> covariates) {
    double[] treatment = coded.treatment();
    int width = 2 + covariates.size() + (coded.binary() ? 0 : 1);
    run.memory().take(8L * width * kept.length, "ordering the rows");
    Tiles tiles = table.tiles().sibling(width);
    tiles.reserve(kept.length);
    Column[] columns = new Column[width];
    Parallel.forEach(
        run,
        width,
        c -> {
          double[] values;
          if (c == Study.TREATMENT) {
            values = treatment;
            columns[c] = numeric(roles.treatment());
          } else if (c == 2 + covariates.size()) {
            values = squares(treatment);
            columns[c] = new Column.Numeric("", "DOUBLE");
          } else if (c == Study.OUTCOME) {
            values = outcome(kept);
            columns[c] =
                roles.outcome() == null
                    ? new Column.Numeric("", "DOUBLE")
                    : numeric(roles.outcome());
          } else {
            int column = covariates.get(c - 2);
            values = values(column, kept);
            checkCovariate(column, values);
            columns[c] = recode(column, values);
          }
          double[] sorted = new double[order.length];
          for (int i = 0; i < order.length; i++) {
            sorted[i] = values[order[i]];
          }
          tiles.write(c, 0, sorted, sorted.length);
        });
    return new Gathered(new Schema(Arrays.asList(columns)), tiles);
  }

  /** Squares about the mean, for the test of linearity. */
  private static double[] squares(double[] treatment) {
    double mean = 0;
    for (double t : treatment) {
      mean += t / treatment.length;
    }
    double[] squares = new double[treatment.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (treatment[i] - mean) * (treatment[i] - mean);
    }
    return squares;
  }

  private double[] outcome(int[] kept) {
    if (roles.outcome() != null) {
      return values(roles.outcome(), kept);
    }
    double[] none = new double[kept.length];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  private Column numeric(int column) {
    return new Column.Numeric(name(column), table.columns().get(column).sqlType());
  }

  /** Recodes a text column to places in its sorted categories, in place. */
  private Column recode(int column, double[] values) {
    RawColumn raw = table.columns().get(column);
    if (raw.kind() != RawTable.Kind.TEXT) {
      return numeric(column);
    }
    TreeMap<String, Integer> seen = new TreeMap<>();
    boolean[] used = new boolean[table.dictionary().size()];
    for (double v : values) {
      if (!Double.isNaN(v) && !used[(int) v]) {
        used[(int) v] = true;
        seen.put(table.dictionary().get((int) v), (int) v);
      }
    }
    if (seen.size() > MAX_CATEGORIES) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "%s => '%s': has %d different texts, the most that are encoded is %d. Group them into fewer, or leave it out%s."
              .formatted(
                  role(column),
                  raw.name(),
                  seen.size(),
                  MAX_CATEGORIES,
                  arguments.isGiven("controls") || roles.features().contains(column)
                      ? ""
                      : " with exclude => ['" + raw.name() + "']"));
    }
    double[] place = new double[used.length];
    List<String> categories = new ArrayList<>(seen.keySet());
    for (int k = 0; k < categories.size(); k++) {
      Integer code = seen.get(categories.get(k));
      place[code == null ? 0 : code] = k;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? Double.NaN : place[(int) values[i]];
    }
    return new Column.Categorical(raw.name(), raw.sqlType(), categories);
  }

  private static Covariates covariates(Schema schema, Profile profile, int count) {
    List<Covariate> list = new ArrayList<>();
    for (int c = 2; c < 2 + count; c++) {
      boolean missing = profile.nulls(c) > 0;
      if (schema.column(c) instanceof Column.Categorical text) {
        list.add(new Covariate(c, text.name(), Double.NaN, missing, text.categories().size()));
      } else {
        double median = missing ? profile.quantile(c, 0.5) : 0;
        list.add(
            new Covariate(
                c, schema.column(c).name(), Double.isNaN(median) ? 0 : median, missing, 0));
      }
    }
    if (list.stream().anyMatch(k -> k.levels() > 0 || k.indicator())) {
      return new Covariates(list);
    }
    double[] means = new double[list.size()];
    double[] deviations = new double[list.size()];
    for (int k = 0; k < means.length; k++) {
      means[k] = profile.mean(k + 2);
      deviations[k] = profile.isConstant(k + 2) ? 0 : profile.standardDeviation(k + 2);
    }
    return new Covariates(list, new Covariates.Known(means, deviations));
  }

  private Study.Units units(long[] keys, int[] order, int[] kept) {
    long[] sorted = new long[order.length];
    int[] cluster = new int[order.length];
    int clusters = 0;
    long copy = 0;
    boolean byId = roles.id() != null;
    for (int i = 0; i < order.length; i++) {
      long key = keys[order[i]];
      boolean same = i > 0 && key == keys[order[i - 1]];
      copy = same ? copy + 1 : 0;
      clusters += same ? 0 : 1;
      cluster[i] = clusters - 1;
      sorted[i] = byId || copy == 0 ? key : Mix.mix(key, copy);
    }
    Integer foldColumn = roles.fold();
    int[] folds = foldColumn == null ? null : folds(foldColumn, order, kept);
    int foldCount = folds == null ? 0 : Arrays.stream(folds).max().orElse(0) + 1;
    if (foldColumn != null && foldCount < 2) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "fold => '%s': has 1 distinct value. Cross-fitting needs at least 2 folds."
              .formatted(name(foldColumn)));
    }
    return new Study.Units(
        sorted,
        byId && clusters < order.length ? cluster : null,
        folds,
        foldCount,
        positions(order, kept));
  }

  private int @Nullable [] positions(int[] order, int[] kept) {
    if (table.rowPositions() < 0) {
      return null;
    }
    double[] raw = values(table.rowPositions(), kept);
    int[] positions = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      positions[i] = (int) raw[order[i]];
    }
    return positions;
  }

  private int[] folds(int column, int[] order, int[] kept) {
    double[] values = values(column, kept);
    boolean text = table.columns().get(column).kind() == RawTable.Kind.TEXT;
    TreeMap<String, Double> texts = new TreeMap<>();
    TreeMap<Double, Integer> numbers = new TreeMap<>();
    for (double v : values) {
      if (numbers.put(v, 0) == null && numbers.size() > MAX_FOLDS) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "fold => '%s': has more than %d distinct values. Name a column with a few folds, such as id %% 5."
                .formatted(name(column), MAX_FOLDS));
      }
      if (text) {
        texts.put(table.dictionary().get((int) v), v);
      }
    }
    int next = 0;
    for (double v : text ? texts.values() : new ArrayList<>(numbers.keySet())) {
      numbers.put(v, next++);
    }
    int[] folds = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      Integer fold = numbers.get(values[order[i]]);
      folds[i] = fold == null ? 0 : fold;
    }
    return folds;
  }
}

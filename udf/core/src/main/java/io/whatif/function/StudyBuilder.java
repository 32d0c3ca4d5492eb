/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Profile;
import io.whatif.data.RawTable;
import io.whatif.data.RowPlaces;
import io.whatif.data.RowSelection;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.WhatifException;
import io.whatif.estimate.DiagnosedRows;
import io.whatif.estimate.Study;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Study} of a relation: keeps the usable rows, codes the treatment and the texts,
 * and puts the rows in order.
 *
 * <p>A row's key is a hash of its {@code id}, else of the values of its role columns, and depends
 * on neither the order of rows nor that of columns; equal rows are numbered. Rows are ordered by
 * ids that are numbers, else by keys. So the same rows give the same folds and the same bits,
 * whichever way they are read.
 *
 * <p>Memory: where rows are moved, the study's columns, 8 bytes a value, once more beside those of
 * the relation that play another part or that others read; the room of the rest is given back one
 * by one. Rows that came in order are read from the relation's own columns, and take their keys and
 * folds alone, 10 bytes each; others 4 more for their places, and 16 and 8 a thread on their way.
 * Of many rows those that diagnostics look at are copied, see {@link DiagnosedRows}.
 */
final class StudyBuilder {
  /** Different texts a column may hold to be encoded as categories. */
  static final int MAX_CATEGORIES = 200;

  /** Different values a fold column may hold. */
  static final int MAX_FOLDS = 1000;

  /** Bytes a row that a study holds beside its columns: its key and its fold. */
  private static final long HELD_BYTES = 10;

  private final Run run;
  private final RawTable table;
  private final Arguments arguments;
  private final RelationRoles roles;

  private StudyBuilder(Run run, RawTable table, Arguments arguments, RelationRoles roles) {
    this.run = run;
    this.table = table;
    this.arguments = arguments;
    this.roles = roles;
  }

  /**
   * Reads {@code table} by the roles in {@code arguments}, and closes its tiles if the study has
   * copies of their rows.
   *
   * @throws WhatifException one line on the first thing that cannot be used
   */
  static Study build(Run run, RawTable table, Arguments arguments) {
    return rows(run, table, arguments).study();
  }

  /**
   * A study and where its rows come from.
   *
   * @param places the places in the relation of the study's rows
   * @param readsRelation whether the study reads the relation's own columns
   */
  record Rows(Study study, RowPlaces places, boolean readsRelation) {
    /** Closes the tiles of the relation that these are of, unless the study reads them. */
    void closeUnlessRead(RawTable relation) {
      if (!readsRelation) {
        relation.tiles().close();
      }
    }
  }

  /** As {@link #build}, for callers that have more to say of each row. */
  static Rows rows(Run run, RawTable table, Arguments arguments) {
    Rows rows = rows(run, table, arguments, null);
    rows.closeUnlessRead(table);
    return rows;
  }

  /**
   * The same with roles that are known already, null for those in the arguments; the tiles stay
   * open.
   */
  static Rows rows(Run run, RawTable table, Arguments arguments, @Nullable RelationRoles known) {
    if (table.rows() == 0) {
      throw noRows();
    }
    run.memory().take(HELD_BYTES * table.rows(), "the keys and the order of rows");
    RelationRoles roles = known == null ? RelationRoles.of(table, arguments) : known;
    RawTable read = known == null ? table : table.lent();
    return new StudyBuilder(run, read, arguments, roles).build();
  }

  static WhatifException noRows() {
    return new WhatifException(
        ErrorCode.BAD_RELATION, "the relation has no rows. Check its WHERE clause or its source.");
  }

  private Rows build() {
    run.reached("ordering rows", 0);
    RoleColumns columns = new RoleColumns(run, table, arguments, roles);
    RowSelection kept = new UsableRows(columns).kept();
    OrderedColumns ordered = OrderedColumns.of(columns, kept);
    RowPlaces places = ordered.places(columns);
    Study.Units units = new StudyUnits(columns, places).of(ordered.keys());
    List<Integer> covariates = roles.covariates(table);
    Dataset data = ordered.with(columns, places);
    Study.Weighting weighting = new RowWeights(columns, places).of(data.schema().size());
    if (weighting != null) {
      Column column = new Column.Numeric("", "DOUBLE");
      data = data.with(List.of(column), weighting.products());
    }
    Study.Instrument instrument = null;
    Integer moving = roles.rows().instrument();
    if (moving != null) {
      InstrumentReader reader = new InstrumentReader(columns, moving);
      double[] values = reader.values(places);
      instrument = reader.read(values, data.schema().size());
      data = data.with(List.of(new Column.Numeric(instrument.column(), "DOUBLE")), values);
    }
    Profile profile = DiagnosedRows.profileOf(run, data);
    CovariateCheck check = new CovariateCheck(columns, data, profile);
    for (int c = 0; c < covariates.size(); c++) {
      check.check(covariates.get(c), 2 + c);
    }
    List<Integer> features = new ArrayList<>();
    for (int feature : roles.features()) {
      features.add(2 + covariates.indexOf(feature));
    }
    Study study =
        new Study(
            data,
            profile,
            ordered.treatment(),
            roles.outcome() == null ? "" : table.columns().get(roles.outcome()).name(),
            features,
            covariates(data.schema(), profile, covariates.size()),
            units,
            weighting,
            table.rows() - kept.size(),
            shared(units),
            instrument);
    return new Rows(study.checkedFeatures(), places, ordered.readsRelation());
  }

  private Study.Shared shared(Study.Units units) {
    if (units.clusters() == null) {
      return Study.Shared.NOTHING;
    }
    return roles.rows().clustered() ? Study.Shared.CLUSTER : Study.Shared.ID;
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
    boolean encoded = list.stream().anyMatch(k -> k.levels() > 0 || k.indicator());
    return new Covariates(list, encoded ? null : profile);
  }
}

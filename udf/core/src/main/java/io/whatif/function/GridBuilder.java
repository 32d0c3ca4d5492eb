/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RawTable;
import io.whatif.data.RowSelection;
import io.whatif.data.Run;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.estimate.EffectGrid;
import io.whatif.estimate.Study;
import io.whatif.estimate.Treatment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one study of all treatments and outcomes that have the same rows and controls: those
 * without NULLs, treatments of two values or continuous, none of them a control. The key of a row
 * is its id, else a hash of its covariates and of all these treatments.
 */
final class GridBuilder {
  private static final Set<ErrorCode> OF_ROWS =
      EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private final Run run;
  private final RawTable table;
  private final Arguments arguments;
  private final RelationRoles roles;
  private final List<Integer> apart = new ArrayList<>();
  private final Map<Integer, WhatifException> refusals = new TreeMap<>();

  GridBuilder(Run run, RawTable table, Arguments arguments, RelationRoles roles) {
    this.run = run;
    this.table = table;
    this.arguments = arguments;
    this.roles = roles;
  }

  /**
   * What is estimated together.
   *
   * @param treatments their columns in the relation, in the order of the question
   * @param outcomes theirs
   * @param apart columns whose pairs must be estimated by themselves
   * @param refusals columns that cannot be used at all, and why
   */
  record Grid(
      EffectGrid.Question question,
      List<Integer> treatments,
      List<Integer> outcomes,
      List<Integer> apart,
      Map<Integer, WhatifException> refusals) {}

  /** The study of all that share it, or null if nothing can. */
  @Nullable Grid build() {
    if (table.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    List<Integer> treatments = complete(roles.listed().treatments(), roles.controls());
    List<Integer> outcomes = complete(roles.listed().outcomes(), List.of());
    if (treatments.isEmpty() || outcomes.isEmpty()) {
      return null;
    }
    RelationRoles some = roles.narrowed(new RelationRoles.Listed(treatments, outcomes));
    RoleColumns columns = new RoleColumns(run, table, arguments, some);
    RowSelection kept = new UsableRows(columns).kept();
    Map<Integer, Treatment> kinds = kinds(columns, kept, treatments);
    treatments = treatments.stream().filter(kinds::containsKey).toList();
    outcomes = outcomes.stream().filter(o -> varies(columns, kept, o)).toList();
    if (treatments.isEmpty() || outcomes.isEmpty()) {
      return null;
    }
    RelationRoles shared = roles.narrowed(new RelationRoles.Listed(treatments, outcomes));
    StudyBuilder.Rows rows = StudyBuilder.rows(run, table, arguments, shared);
    return new Grid(question(rows, shared.listed(), kinds), treatments, outcomes, apart, refusals);
  }

  /** Columns without NULLs that are not among {@code others}; the rest go apart. */
  private List<Integer> complete(List<Integer> columns, List<Integer> others) {
    boolean[] lacking = new boolean[columns.size()];
    int rows = Math.toIntExact(table.rows());
    Parallel.forEach(
        run,
        lacking.length,
        c -> {
          double[] values = new double[rows];
          table.tiles().read(columns.get(c), 0, values, rows);
          for (double value : values) {
            lacking[c] |= Double.isNaN(value);
          }
        });
    List<Integer> complete = new ArrayList<>();
    for (int c = 0; c < lacking.length; c++) {
      boolean alone = lacking[c] || others.contains(columns.get(c));
      (alone ? apart : complete).add(columns.get(c));
    }
    return complete;
  }

  /** How treatments are read, but for those that go apart or are refused. */
  private Map<Integer, Treatment> kinds(
      RoleColumns columns, RowSelection kept, List<Integer> treatments) {
    Object[] read = new Object[treatments.size()];
    Parallel.forEach(run, read.length, t -> read[t] = kind(columns, kept, treatments.get(t)));
    Map<Integer, Treatment> kinds = new TreeMap<>();
    for (int t = 0; t < read.length; t++) {
      if (read[t] instanceof WhatifException refusal) {
        refusals.put(treatments.get(t), refusal);
      } else if (read[t] instanceof Treatment treatment) {
        if (treatment.kind() == Treatment.Kind.ARMS) {
          apart.add(treatments.get(t));
        } else {
          kinds.put(treatments.get(t), treatment);
        }
      }
    }
    return kinds;
  }

  /** A treatment, or why it is refused. */
  private Object kind(RoleColumns columns, RowSelection kept, int column) {
    try {
      double[] values = columns.values(column, kept);
      columns.checkRange(column, values);
      return new TreatmentReader(table, column, arguments).read(run, values);
    } catch (WhatifException e) {
      if (!OF_ROWS.contains(e.code())) {
        throw e;
      }
      return e;
    }
  }

  /** Whether an outcome can be used; else its refusal is kept. */
  private boolean varies(RoleColumns columns, RowSelection kept, int column) {
    try {
      double[] values = columns.values(column, kept);
      columns.checkRange(column, values);
      for (double value : values) {
        if (value != values[0]) {
          return true;
        }
      }
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "outcome => '%s': column has only one value in the usable rows. It must differ between rows."
              .formatted(columns.name(column)));
    } catch (WhatifException e) {
      if (!OF_ROWS.contains(e.code())) {
        throw e;
      }
      refusals.put(column, e);
      return false;
    }
  }

  /** The study with the columns of all but its own treatment and outcome behind it. */
  private EffectGrid.Question question(
      StudyBuilder.Rows rows, RelationRoles.Listed listed, Map<Integer, Treatment> kinds) {
    Study study = rows.study();
    int first = study.data().schema().size();
    List<Integer> further = new ArrayList<>();
    List<EffectGrid.Treated> treated = new ArrayList<>();
    for (int t : listed.treatments()) {
      boolean own = t == listed.treatments().get(0);
      int place = own ? Study.TREATMENT : first + further.size();
      treated.add(new EffectGrid.Treated(java.util.Objects.requireNonNull(kinds.get(t)), place));
      if (!own) {
        further.add(t);
      }
    }
    List<EffectGrid.Measured> measured = new ArrayList<>();
    for (int o : listed.outcomes()) {
      boolean own = o == listed.outcomes().get(0);
      int place = own ? Study.OUTCOME : first + further.size();
      measured.add(new EffectGrid.Measured(table.columns().get(o).name(), place));
      if (!own) {
        further.add(o);
      }
    }
    Dataset data = further.isEmpty() ? study.data() : with(rows, further, kinds);
    return new EffectGrid.Question(study.with(data), treated, measured);
  }

  private Dataset with(
      StudyBuilder.Rows rows, List<Integer> further, Map<Integer, Treatment> kinds) {
    Tiles tiles = table.tiles().sibling(further.size());
    tiles.reserve(rows.study().rows());
    RoleColumns columns = new RoleColumns(run, table, arguments, roles);
    List<Column> described = new ArrayList<>();
    for (int column : further) {
      described.add(
          new Column.Numeric(
              table.columns().get(column).name(), table.columns().get(column).sqlType()));
    }
    Parallel.forEach(
        run,
        further.size(),
        c -> {
          int column = further.get(c);
          double[] values = columns.ordered(column, rows.places());
          if (kinds.containsKey(column)) {
            new TreatmentReader(table, column, arguments).read(run, values);
          }
          tiles.write(c, 0, values, values.length);
        });
    return rows.study().data().with(described, tiles);
  }
}

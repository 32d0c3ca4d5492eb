/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.model.CateModel;
import io.whatif.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a function does, once its arguments are checked and its relation is read. */
public sealed interface Body {

  /** Reads a relation and gives a few rows. */
  non-sealed interface Summary extends Body {
    Answer answer(Run run, RawTable relation, Arguments arguments);

    /** Whether the answer carries models to keep. */
    default boolean stores() {
      return false;
    }

    /** Whether a call keeps the values of {@code id}, so that its texts must be known. */
    default boolean keepsIds(Arguments arguments) {
      return false;
    }
  }

  /** Reads a relation and gives it back with further columns, one value for each row. */
  non-sealed interface RowWise extends Body {
    /**
     * Computes the further columns.
     *
     * @param asked the result columns that are used; others may be left out
     * @return by result column name, an array indexed by the position of the row in the relation
     *     (see {@link RawTable#rowPositions}); NaN is NULL, booleans are 0 and 1
     */
    Map<String, double[]> columns(
        Run run, RawTable relation, Arguments arguments, Set<String> asked);

    /**
     * The result column that must be true for a row to be given, or null to give all rows.
     *
     * @param literals the arguments that are literals, as given
     */
    default @Nullable String keepWhere(Map<String, ? extends @Nullable Object> literals) {
      return null;
    }
  }

  /** Reads a relation by a stored model, whose features it has, and gives a few rows. */
  non-sealed interface ModelSummary extends Body {
    /**
     * Whether the relation must have the model's features; else it has the model's ids, in the
     * column that {@code id} names, or in that of the fit's.
     */
    default boolean readsFeatures() {
      return true;
    }

    /**
     * The rows.
     *
     * @param relation has the model's features under their names, see {@link ModelColumns}, where
     *     they are asked for; its tiles are closed when they have been read
     */
    List<Map<String, @Nullable Object>> rows(
        Run run, StoredModel model, RawTable relation, Arguments arguments);
  }

  /** Scores rows with a model; result is one number for each row, NaN for NULL. */
  non-sealed interface Scalar extends Body {
    /**
     * Computes the figure at each row.
     *
     * @param features one array for each feature of the model, in its order
     * @param rows how many rows to score
     * @param into receives the result
     */
    void score(CateModel model, double[][] features, int rows, double[] into);

    /** Whether a value of the treatment is passed before the features. */
    default boolean takesDose() {
      return false;
    }
  }

  /** Makes a model of stored models, and gives the rows that are told of its fit. */
  non-sealed interface Merge extends Body {
    /**
     * The model.
     *
     * @param models those that the argument {@code models} names, in its order
     */
    StoredModel merged(List<StoredModel> models, Arguments arguments);
  }

  /** Gives rows from a stored model. */
  non-sealed interface Report extends Body {
    List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments);
  }

  /** Writes a stored model as one text; its arguments are constants. */
  non-sealed interface ModelText extends Body {
    String text(StoredModel model, Arguments arguments, EffectWriter writer);
  }

  /** Lists or changes the model store; what to do is told by {@link #action}. */
  non-sealed interface Registry extends Body {
    Action action();

    default boolean stores() {
      return action() != Action.LIST;
    }

    /** What a registry function does. */
    enum Action {
      LIST,
      DROP,
      /** Writes a model as macros. */
      PUBLISH
    }
  }

  /**
   * The result of a {@link Summary}.
   *
   * @param rows by result column name; values are Double, Long, Boolean, String, List or null
   * @param models to be kept once the statement has succeeded
   */
  record Answer(List<Map<String, @Nullable Object>> rows, List<StoredModel> models) {
    public static Answer of(List<Map<String, @Nullable Object>> rows) {
      return new Answer(rows, List.of());
    }
  }
}

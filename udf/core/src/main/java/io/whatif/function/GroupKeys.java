/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The groups that some columns of a relation divide its rows into, in the order of the columns'
 * values: numbers ascending, texts by code unit, NULL last.
 */
final class GroupKeys {
  /** From here on not every whole number has a double of its own. */
  private static final double EXACT = 0x1p53;

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\(\\d+,\\s*(\\d+)\\)");

  private final List<RawColumn> columns;
  private final List<List<String>> dictionaries;
  private final int[] order;
  private final int[] from;
  private final double[][] values;

  private GroupKeys(
      List<RawColumn> columns,
      List<List<String>> dictionaries,
      int[] order,
      int[] from,
      double[][] values) {
    this.columns = columns;
    this.dictionaries = dictionaries;
    this.order = order;
    this.from = from;
    this.values = values;
  }

  /**
   * Divides the rows of {@code table}.
   *
   * @param argument that names the columns, for messages
   * @param keys the columns' places in it
   * @throws WhatifException if values of a key cannot be told apart
   */
  static GroupKeys of(RawTable table, String argument, List<Integer> keys) {
    if (table.rows() > Integer.MAX_VALUE - 8) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT, "the relation has %d rows, too many to divide.", table.rows()));
    }
    int n = (int) table.rows();
    double[][] columns = new double[keys.size()][n];
    List<RawColumn> raw = new ArrayList<>();
    List<List<String>> dictionaries = new ArrayList<>();
    int[] group = new int[n];
    int count = 1;
    for (int k = 0; k < columns.length; k++) {
      int place = keys.get(k);
      RawColumn column = table.columns().get(place);
      raw.add(column);
      dictionaries.add(table.dictionary(place));
      table.tiles().read(place, 0, columns[k], n);
      check(argument, column, columns[k]);
      count = refine(group, count, ranks(column, table.dictionary(place), columns[k]));
    }
    int[] from = new int[count + 1];
    for (int g : group) {
      from[g + 1]++;
    }
    for (int g = 0; g < count; g++) {
      from[g + 1] += from[g];
    }
    int[] next = from.clone();
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[next[group[i]]++] = i;
    }
    double[][] values = new double[count][columns.length];
    for (int g = 0; g < count; g++) {
      for (int k = 0; k < columns.length; k++) {
        values[g][k] = columns[k][order[from[g]]];
      }
    }
    return new GroupKeys(raw, dictionaries, order, from, values);
  }

  private static void check(String argument, RawColumn column, double[] values) {
    if (column.kind() == RawTable.Kind.TEXT) {
      if (Arrays.stream(values).anyMatch(code -> code == RawTable.OVERFLOW)) {
        throw bad(argument, column, "has too many different texts to read. Group them into fewer.");
      }
      return;
    }
    boolean floating = column.isFloating();
    Matcher decimal = DECIMAL.matcher(column.sqlType());
    double scale = decimal.matches() ? Math.pow(10, Integer.parseInt(decimal.group(1))) : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.0; // -0 is 0
      if (!floating && Math.abs(values[i]) * scale >= EXACT) {
        throw bad(
            argument,
            column,
            "has numbers of more digits than are read exactly, so that groups could mix. Cast it to VARCHAR.");
      }
    }
  }

  private static WhatifException bad(String argument, RawColumn column, String what) {
    return new WhatifException(
        ErrorCode.BAD_COLUMN, "%s => '%s': %s".formatted(argument, column.name(), what));
  }

  /** For each row the rank of its value among the column's. */
  private static int[] ranks(RawColumn column, List<String> dictionary, double[] values) {
    int[] ranks = new int[values.length];
    if (column.kind() == RawTable.Kind.TEXT) {
      Integer[] codes = new Integer[dictionary.size()];
      Arrays.setAll(codes, c -> c);
      Arrays.sort(codes, (a, b) -> dictionary.get(a).compareTo(dictionary.get(b)));
      int[] rank = new int[codes.length];
      for (int r = 0; r < codes.length; r++) {
        rank[codes[r]] = r;
      }
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] = Double.isNaN(values[i]) ? codes.length : rank[(int) values[i]];
      }
      return ranks;
    }
    double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = Arrays.binarySearch(distinct, values[i]); // NaN sorts last and finds itself
    }
    return ranks;
  }

  /** Divides groups further, in place; the new ones are numbered by (group, rank) that occur. */
  private static int refine(int[] group, int groups, int[] ranks) {
    int width = Arrays.stream(ranks).max().orElse(0) + 1;
    long[] joined = new long[group.length];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = (long) group[i] * width + ranks[i];
    }
    long[] distinct = Arrays.stream(joined).sorted().distinct().toArray();
    for (int i = 0; i < joined.length; i++) {
      group[i] = Arrays.binarySearch(distinct, joined[i]);
    }
    return Math.max(groups, distinct.length);
  }

  int count() {
    return values.length;
  }

  /** The relation's rows, group after group; within one as they arrived. */
  int[] order() {
    return order;
  }

  int from(int group) {
    return from[group];
  }

  int rows(int group) {
    return from[group + 1] - from[group];
  }

  /** The group of each of the relation's rows. */
  int[] groups() {
    int[] groups = new int[order.length];
    for (int g = 0; g < count(); g++) {
      for (int i = from[g]; i < from[g + 1]; i++) {
        groups[order[i]] = g;
      }
    }
    return groups;
  }

  /** The row of a group that arrived first. */
  long first(int group) {
    return order[from[group]];
  }

  /** The values of a group as SQL texts that cast to the columns' types, null for NULL. */
  List<@Nullable String> texts(int group) {
    List<@Nullable String> texts = new ArrayList<>();
    for (int k = 0; k < columns.size(); k++) {
      double value = values[group][k];
      if (Double.isNaN(value)) {
        texts.add(null);
      } else if (columns.get(k).kind() == RawTable.Kind.TEXT) {
        texts.add(dictionaries.get(k).get((int) value));
      } else {
        texts.add(KeyText.of(columns.get(k).sqlType(), value));
      }
    }
    return texts;
  }

  List<String> names() {
    return columns.stream().map(RawColumn::name).toList();
  }

  /** The columns as the features of a model. */
  List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    for (int k = 0; k < columns.size(); k++) {
      RawColumn column = columns.get(k);
      features.add(
          new Feature(
              column.name(),
              column.sqlType(),
              column.kind() == RawTable.Kind.TEXT ? categories(k) : List.of()));
    }
    return features;
  }

  private List<String> categories(int key) {
    TreeSet<String> texts = new TreeSet<>();
    for (double[] group : values) {
      if (!Double.isNaN(group[key])) {
        texts.add(dictionaries.get(key).get((int) group[key]));
      }
    }
    // A text that is always NULL has no category, and would pass for a number.
    return texts.isEmpty() ? List.of("") : List.copyOf(texts);
  }

  /** The values of a group as its model knows them: texts by their place in the categories. */
  double[] coded(int group, List<Feature> features) {
    double[] coded = values[group].clone();
    for (int k = 0; k < coded.length; k++) {
      if (columns.get(k).kind() == RawTable.Kind.TEXT && !Double.isNaN(coded[k])) {
        String text = dictionaries.get(k).get((int) coded[k]);
        coded[k] = java.util.Collections.binarySearch(features.get(k).categories(), text);
      }
    }
    return coded;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.RawTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The dictionaries of a session's columns. Safe for use by several threads. */
final class SessionTexts {
  private final Map<String, TextCodes> byColumn = new ConcurrentHashMap<>();

  /** Columns, in lower case, whose texts are kept as ids. */
  private final Set<String> ids = ConcurrentHashMap.newKeySet();

  /** Has the texts of a column kept as ids, which may differ in every row. */
  void keepIds(String column) {
    ids.add(column.toLowerCase(Locale.ROOT));
  }

  /** The dictionary of a column, by its name in lower case. */
  TextCodes of(String column) {
    return byColumn.computeIfAbsent(
        column, name -> new TextCodes(ids.contains(name) ? TextCodes.IDS : TextCodes.CAPACITY));
  }

  /** The texts of each column by their codes, none where no text was seen. */
  List<List<String>> inOrder(List<RawTable.RawColumn> columns) {
    return columns.stream()
        .map(column -> byColumn.get(column.name().toLowerCase(Locale.ROOT)))
        .map(codes -> codes == null ? List.<String>of() : codes.inOrder())
        .toList();
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.duckdb.Errors;
import io.whatif.planner.jdbc.StatementException;
import io.whatif.planner.sql.SourcePosition;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The driver's failures as PostgreSQL tells them: with SQLSTATE, place and hint. */
final class Failures {
  private record Rule(Pattern pattern, String state) {
    Rule(String regex, String state) {
      this(Pattern.compile(regex), state);
    }
  }

  /** The first that is found in a message counts. DuckDB's words, then ours. */
  private static final List<Rule> RULES =
      List.of(
          new Rule("^INTERRUPT|^Interrupted", SqlState.QUERY_CANCELED),
          new Rule("^Parser Error|syntax error at or near", SqlState.SYNTAX_ERROR),
          new Rule("^Catalog Error: Table with name .* does not exist", SqlState.UNDEFINED_TABLE),
          new Rule("^Catalog Error: (Table|View|Index).* already exists", SqlState.DUPLICATE_TABLE),
          new Rule("^Catalog Error: Schema.* already exists", SqlState.DUPLICATE_SCHEMA),
          new Rule("^Catalog Error: .*Function.* already exists", SqlState.DUPLICATE_FUNCTION),
          new Rule("^Catalog Error: .* already exists", SqlState.DUPLICATE_OBJECT),
          new Rule("^Catalog Error: .*Function.* does not exist", SqlState.UNDEFINED_FUNCTION),
          new Rule(
              "^(Catalog|Binder) Error: .*[Ss]chema.* does not exist",
              SqlState.INVALID_SCHEMA_NAME),
          new Rule(
              "^(Catalog|Binder) Error: Catalog .* does not exist", SqlState.INVALID_CATALOG_NAME),
          new Rule("^Catalog Error: .* does not exist", SqlState.UNDEFINED_OBJECT),
          new Rule("^Catalog Error: .*[Uu]nrecognized configuration", SqlState.UNDEFINED_OBJECT),
          new Rule("^Dependency Error", SqlState.DEPENDENT_OBJECTS),
          new Rule("Ambiguous reference", SqlState.AMBIGUOUS_COLUMN),
          new Rule(
              "Referenced column|does not have a column|Referenced table",
              SqlState.UNDEFINED_COLUMN),
          new Rule(
              "No function matches|Could not choose a best candidate", SqlState.UNDEFINED_FUNCTION),
          new Rule("must appear in the GROUP BY", SqlState.GROUPING_ERROR),
          new Rule("read-only|read only", SqlState.READ_ONLY_TRANSACTION),
          new Rule(
              "[Cc]annot compare values|Cannot mix values|Type mismatch",
              SqlState.DATATYPE_MISMATCH),
          new Rule(
              "configuration has been locked|disabled (by|through) configuration|^Permission Error",
              SqlState.INSUFFICIENT_PRIVILEGE),
          new Rule("^Binder Error", SqlState.SYNTAX_OR_ACCESS),
          new Rule("[Dd]ivision by zero", SqlState.DIVISION_BY_ZERO),
          new Rule(
              "(date|time|timestamp|interval) field|invalid timestamp",
              SqlState.INVALID_DATETIME_FORMAT),
          new Rule(
              "^(Conversion|Out of Range) Error: .*out of range|^Out of Range",
              SqlState.NUMERIC_VALUE_OUT_OF_RANGE),
          new Rule("^Conversion Error", SqlState.INVALID_TEXT_REPRESENTATION),
          new Rule(
              "Values were not provided for the following (prepared statement )?parameters",
              SqlState.UNDEFINED_PARAMETER),
          new Rule("NOT NULL constraint", SqlState.NOT_NULL_VIOLATION),
          new Rule("[Ff]oreign key", SqlState.FOREIGN_KEY_VIOLATION),
          new Rule("CHECK constraint", SqlState.CHECK_VIOLATION),
          new Rule(
              "^Constraint Error: (Duplicate key|.*unique|.*primary key)",
              SqlState.UNIQUE_VIOLATION),
          new Rule("^Constraint Error", SqlState.INTEGRITY_VIOLATION),
          new Rule("[Cc]onflict", SqlState.SERIALIZATION_FAILURE),
          new Rule("transaction is aborted", SqlState.FAILED_TRANSACTION),
          new Rule("^TransactionContext Error", SqlState.INVALID_TRANSACTION_STATE),
          new Rule(
              "^Out of Memory Error|need .*, the limit is|heap is full|Java heap space",
              SqlState.OUT_OF_MEMORY),
          new Rule(
              "^(Not implemented|NotImplemented) Error|is not supported",
              SqlState.FEATURE_NOT_SUPPORTED),
          new Rule("No space left", SqlState.DISK_FULL),
          new Rule("^(IO|HTTP) Error", SqlState.IO_ERROR),
          new Rule("^Resource In Use", SqlState.OBJECT_IN_USE),
          new Rule("^(INTERNAL|FATAL) Error|internal fault", SqlState.INTERNAL_ERROR),
          new Rule("there is no model|no model is called", SqlState.UNDEFINED_OBJECT),
          new Rule("^[a-z_]+: |^Invalid", SqlState.INVALID_PARAMETER_VALUE));

  private static final Pattern KIND = Pattern.compile("^([A-Z][A-Za-z ]*) Error: ");

  /** Where DuckDB's own remedies begin, and where a sentence of ours ends before one. */
  private static final Pattern REMEDY =
      Pattern.compile("(?<=\\S) (?=Did you mean|HINT: |Candidate )|(?<=[^.]\\.) (?=[A-Z][a-z]+ )");

  private Failures() {}

  /**
   * What to tell the client.
   *
   * @param sql the text that was run
   * @param offset where it stands in what the client sent, or -1 if it is not the client's text
   */
  static Report report(SQLException failure, String sql, int offset) {
    String raw = String.valueOf(failure.getMessage());
    Optional<SourcePosition> place;
    List<String> lines;
    if (failure instanceof StatementException ours) {
      place = ours.position();
      lines = new ArrayList<>(Errors.lines(raw.replace(place.map(p -> " " + p).orElse(""), "")));
    } else {
      place = SourcePosition.ofDuckDb(sql, sql, raw);
      lines = Errors.lines(raw);
    }
    String text = String.join(" ", lines);
    Matcher remedy = REMEDY.matcher(text);
    boolean split = remedy.find();
    String message = split ? text.substring(0, remedy.start()) : text;
    String hint = split ? text.substring(remedy.end()).replaceFirst("^HINT: ", "") : "";
    Report report = Report.error(state(failure, text), KIND.matcher(message).replaceFirst(""));
    int position = offset < 0 ? 0 : place.map(p -> character(p, sql)).orElse(0);
    return report.hint(hint).at(position == 0 ? 0 : offset + position);
  }

  private static String state(SQLException failure, String text) {
    String known = String.valueOf(failure.getSQLState());
    if (known.length() == 5 && !known.startsWith("HY")) {
      return known;
    }
    return RULES.stream()
        .filter(rule -> rule.pattern().matcher(text).find())
        .map(Rule::state)
        .findFirst()
        .orElse(SqlState.INTERNAL_ERROR);
  }

  /** The place as PostgreSQL counts: characters from the beginning, from 1. */
  private static int character(SourcePosition place, String sql) {
    int start = 0;
    for (int line = 1; line < place.line(); line++) {
      int end = start;
      while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
        end++;
      }
      start = end + (sql.startsWith("\r\n", end) ? 2 : 1);
    }
    return sql.codePointCount(0, Math.min(start, sql.length())) + place.column();
  }
}

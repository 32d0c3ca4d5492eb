/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.Script;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The same tables in a DuckDB that is asked through the dialect, and in a PostgreSQL. */
final class BothDatabases {
  private static final Pattern RELATION = Pattern.compile("\\{([a-z_.]+)}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

  /** Numbers from here on are those of the user's objects, and differ. */
  private static final int FIRST_OID = 16_384;

  /** Both sum doubles in an order of their own. */
  private static final MathContext DIGITS = new MathContext(12);

  private final RealPostgres server;
  private final Connection postgres;
  private final Connection duckDb;
  private final Dialect dialect;

  BothDatabases(Path folder) throws Exception {
    server = RealPostgres.start();
    server.create("shop");
    postgres = server.connect("shop");
    duckDb = DriverManager.getConnection("jdbc:whatif:" + folder.resolve("shop.duckdb"));
    PostgresCatalog.install(duckDb);
    for (String statement : Script.statements(resource("shop.sql"))) {
      execute(postgres, statement);
      execute(duckDb, statement);
    }
    dialect = new Dialect(new SessionFacts(RealPostgres.USER, "shop", 4711, Map.of()), duckDb);
    for (String statement : dialect.opening()) {
      execute(duckDb, statement);
    }
  }

  Connection postgres() {
    return postgres;
  }

  static String resource(String name) throws IOException {
    try (InputStream stream = BothDatabases.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Heading and rows as PostgreSQL has them, each row as one text. */
  List<String> ofPostgres(String sql) throws SQLException {
    return rows(postgres, named(sql, postgres, false));
  }

  /** Heading and rows as DuckDB gives them through the dialect. */
  List<String> ofDuckDb(String sql) throws SQLException, Refused {
    return rows(duckDb, read(named(sql, duckDb, true)));
  }

  private String read(String sql) throws Refused {
    Reading reading = dialect.read(sql);
    if (reading instanceof Reading.Run run) {
      return run.sql();
    }
    throw new AssertionError("no query: " + sql);
  }

  /** Puts the number of each relation where its name stands in braces. */
  private String named(String sql, Connection connection, boolean ours) throws SQLException {
    Matcher matcher = RELATION.matcher(sql);
    StringBuilder text = new StringBuilder();
    while (matcher.find()) {
      String look = "SELECT to_regclass('" + matcher.group(1) + "')::oid";
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(ours ? read(look) : look)) {
        row.next();
        matcher.appendReplacement(text, row.getString(1));
      } catch (Refused e) {
        throw new AssertionError(look, e);
      }
    }
    return matcher.appendTail(text).toString();
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return rows;
      }
      try (ResultSet result = statement.getResultSet()) {
        ResultSetMetaData columns = result.getMetaData();
        List<String> heading = new ArrayList<>();
        for (int c = 1; c <= columns.getColumnCount(); c++) {
          heading.add(columns.getColumnLabel(c));
        }
        rows.add(String.join(" | ", heading));
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int c = 1; c <= columns.getColumnCount(); c++) {
            row.add(cell(result.getObject(c)));
          }
          rows.add(String.join(" | ", row));
        }
      }
    }
    return rows;
  }

  private static String cell(@Nullable Object value) throws SQLException {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Boolean truth) {
      return truth ? "t" : "f";
    }
    if (value instanceof Array array) {
      List<String> cells = new ArrayList<>();
      for (Object element : (Object[]) array.getArray()) {
        cells.add(cell(element));
      }
      return cells.stream().collect(Collectors.joining(",", "{", "}"));
    }
    String text = value.toString();
    if (!NUMBER.matcher(text).matches()) {
      return text;
    }
    BigDecimal number = new BigDecimal(text).round(DIGITS);
    boolean whole = text.chars().allMatch(Character::isDigit);
    if (whole && text.length() < 11 && number.compareTo(BigDecimal.valueOf(FIRST_OID)) >= 0) {
      return "<number>";
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** The blocks of a resource of statements: what is said of each, and its text. */
  static List<ClientStatement> statements(String resource) throws IOException {
    return Arrays.stream(resource(resource).split("\n\n(?=[=!])"))
        .skip(1)
        .map(
            block -> {
              String[] parts = block.split("\n", 2);
              return new ClientStatement(parts[0].equals("="), parts[0], parts[1].strip());
            })
        .toList();
  }

  /**
   * A statement of a client's.
   *
   * @param same whether its rows are PostgreSQL's
   * @param remark why they are not
   */
  record ClientStatement(boolean same, String remark, String sql) {
    boolean isOrdered() {
      return sql.toUpperCase(Locale.ROOT).contains("ORDER BY");
    }
  }

  void close() throws Exception {
    try {
      duckDb.close();
      postgres.close();
    } finally {
      server.stop();
    }
  }
}

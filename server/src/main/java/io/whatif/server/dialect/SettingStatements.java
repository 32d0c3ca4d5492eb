/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SET, RESET, SHOW and DISCARD: what they do to a session's parameters, and to DuckDB's. */
final class SettingStatements {
  private static final String OURS = "whatif_";
  private static final String MAIN = "main";

  /** What DuckDB shows by these words; no parameter has such a name. */
  private static final Set<String> LISTED = Set.of("tables", "databases", "schemas", "variables");

  /**
   * A parameter in the startup message's options: {@code -c name=value} or {@code --name=value}.
   */
  private static final Pattern OPTION =
      Pattern.compile("(?:-c\\s*|--)([A-Za-z_.]+)=((?:\\\\.|[^\\s\\\\])*)");

  private static final Set<String> NOT_PARAMETERS =
      Set.of("user", "database", "options", "replication");

  private final SessionParameters parameters;
  private final SessionFacts facts;
  private final Connection connection;
  private @Nullable Set<String> duckDbSettings;

  SettingStatements(SessionParameters parameters, SessionFacts facts, Connection connection) {
    this.parameters = parameters;
    this.facts = facts;
    this.connection = connection;
  }

  /** Whether {@code text} may begin with one of these words; cheap. */
  static boolean mayBegin(String text) {
    int i = 0;
    while (i < text.length() && !Character.isLetter(text.charAt(i))) {
      char c = text.charAt(i);
      if (c == '-' || c == '/') { // A comment stands before.
        return true;
      }
      i++;
    }
    return text.regionMatches(true, i, "SET", 0, 3)
        || text.regionMatches(true, i, "RESET", 0, 5)
        || text.regionMatches(true, i, "SHOW", 0, 4)
        || text.regionMatches(true, i, "DISCARD", 0, 7);
  }

  /** Takes what the client says when it connects. */
  void begin() throws Refused {
    parameters.begin("session_authorization", facts.user());
    parameters.begin(PostgresParameter.SEARCH_PATH, MAIN);
    for (Map.Entry<String, String> entry : facts.startup().entrySet()) {
      if (!NOT_PARAMETERS.contains(entry.getKey()) && !entry.getKey().startsWith("_pq_.")) {
        begin(entry.getKey(), entry.getValue());
      }
    }
    Matcher option = OPTION.matcher(facts.startup().getOrDefault("options", ""));
    while (option.find()) {
      begin(option.group(1), option.group(2).replaceAll("\\\\(.)", "$1"));
    }
  }

  private void begin(String name, String value) throws Refused {
    PostgresParameter parameter = known(name);
    if (parameter != null) {
      parameters.begin(name, accepted(parameter, value));
    } else if (SessionParameters.isForeign(name)) {
      parameters.begin(name, value);
    } else {
      throw SettingCalls.unknown(name);
    }
  }

  private @Nullable PostgresParameter known(String name) {
    return parameters.parameter(name).orElse(null);
  }

  private String accepted(PostgresParameter parameter, String value) throws Refused {
    return parameter.name().equals(PostgresParameter.SEARCH_PATH)
        ? schemas(List.of(value.split(",")))
        : parameter.accepted(value);
  }

  /** What DuckDB is to know when the session begins. */
  List<String> opening() {
    List<String> statements = new ArrayList<>();
    statements.add(zone(value(PostgresParameter.TIME_ZONE)));
    String path = value(PostgresParameter.SEARCH_PATH);
    if (!path.equals(MAIN)) {
      statements.add(path(path));
    }
    return statements;
  }

  private String value(String name) {
    return parameters.value(name).orElse("");
  }

  static String zone(String zone) {
    return "SET TimeZone = " + CausalFunctionRows.quote(zone);
  }

  String path(String path) {
    String names =
        List.of(path.split(", ")).stream()
            .map(name -> '"' + name.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(","));
    return "SET search_path = " + CausalFunctionRows.quote(names);
  }

  /** What becomes of the statement; null if it is none of these, or DuckDB's own. */
  @Nullable Reading read(SqlTokens sql, Map<String, String> before) throws Refused {
    SettingStatement statement = SettingStatement.read(sql).orElse(null);
    if (statement == null) {
      return null;
    }
    return switch (statement.verb()) {
      case SET -> set(statement, before);
      case RESET -> reset(statement, before);
      case RESET_ALL -> {
        parameters.resetAll();
        yield restored("RESET", before);
      }
      case DISCARD -> {
        if (statement.value().equals("ALL")) {
          parameters.resetAll();
        }
        yield done("DISCARD " + statement.value(), before);
      }
      case SHOW -> show(statement.name());
      case SHOW_ALL -> new Reading.Run(showAll());
      case TRANSACTION -> transaction(statement, before);
      case CONSTRAINTS -> done("SET CONSTRAINTS", before);
      case ROLE -> role(statement, before);
    };
  }

  private Reading done(String tag, Map<String, String> before) {
    return new Reading.Done(tag, Dialect.difference(before, parameters.reported()));
  }

  private @Nullable Reading set(SettingStatement statement, Map<String, String> before)
      throws Refused {
    String name = statement.name();
    PostgresParameter parameter = known(name);
    if (parameter == null) {
      return other(statement, before);
    }
    if (statement.values().isEmpty()) {
      return reset(statement, before);
    }
    if (parameter.name().equals(PostgresParameter.SEARCH_PATH)) {
      String path = schemas(statement.values());
      parameters.set(name, path, statement.local());
      return new Reading.Run(path(path));
    }
    parameters.set(name, parameter.accepted(statement.value()), statement.local());
    if (parameter.name().equals(PostgresParameter.TIME_ZONE)) {
      return new Reading.Run(
          zone(value(name)), List.of(), Dialect.difference(before, parameters.reported()));
    }
    return done("SET", before);
  }

  /** A parameter that PostgreSQL has not: any program's own, or DuckDB's. */
  private @Nullable Reading other(SettingStatement statement, Map<String, String> before)
      throws Refused {
    String name = statement.name();
    if (isDuckDbs(name)) {
      return null;
    }
    if (!SessionParameters.isForeign(name)) {
      throw SettingCalls.unknown(name);
    }
    if (statement.verb() == SettingStatement.Verb.RESET) {
      parameters.reset(name);
      return done("RESET", before);
    }
    parameters.set(name, statement.value(), statement.local());
    return done("SET", before);
  }

  private @Nullable Reading reset(SettingStatement statement, Map<String, String> before)
      throws Refused {
    PostgresParameter parameter = known(statement.name());
    if (parameter == null) {
      return other(statement, before);
    }
    parameters.reset(statement.name());
    String tag = statement.verb() == SettingStatement.Verb.RESET ? "RESET" : "SET";
    return switch (parameter.name()) {
      case PostgresParameter.SEARCH_PATH ->
          new Reading.Run(path(value(PostgresParameter.SEARCH_PATH)));
      case PostgresParameter.TIME_ZONE ->
          new Reading.Run(
              zone(value(PostgresParameter.TIME_ZONE)),
              List.of(),
              Dialect.difference(before, parameters.reported()));
      default -> done(tag, before);
    };
  }

  private Reading restored(String tag, Map<String, String> before) throws Refused {
    run(zone(value(PostgresParameter.TIME_ZONE)));
    run(path(value(PostgresParameter.SEARCH_PATH)));
    return done(tag, before);
  }

  /** set_config: sets a parameter at once, and gives what it is then. */
  String set(String name, String value, boolean local) throws Refused {
    PostgresParameter parameter = known(name);
    if (parameter == null) {
      if (!SessionParameters.isForeign(name)) {
        throw SettingCalls.unknown(name);
      }
      parameters.set(name, value, local);
      return value;
    }
    String accepted = accepted(parameter, value);
    parameters.set(name, accepted, local);
    if (parameter.name().equals(PostgresParameter.SEARCH_PATH)) {
      run(path(accepted));
    } else if (parameter.name().equals(PostgresParameter.TIME_ZONE)) {
      run(zone(accepted));
    }
    return accepted;
  }

  private void run(String sql) throws Refused {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new Refused("22023", String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Reading show(String name) throws Refused {
    PostgresParameter parameter = known(name);
    if (parameter == null && !SessionParameters.isForeign(name)) {
      if (LISTED.contains(name.toLowerCase(Locale.ROOT)) || isDuckDbs(name)) {
        return null;
      }
      throw SettingCalls.unknown(name);
    }
    String shown = parameter == null ? name : parameter.name();
    String value = parameters.value(name).orElseThrow(() -> SettingCalls.unknown(name));
    String expression =
        shown.equals(PostgresParameter.SEARCH_PATH)
            ? SettingCalls.PATH
            : CausalFunctionRows.quote(value);
    return new Reading.Run("SELECT " + expression + " AS \"" + shown.replace("\"", "\"\"") + '"');
  }

  private String showAll() {
    List<String> rows = new ArrayList<>();
    for (PostgresParameter parameter : parameters.all()) {
      rows.add(
          "(%s, %s, '')"
              .formatted(
                  CausalFunctionRows.quote(parameter.name()),
                  CausalFunctionRows.quote(value(parameter.name()))));
    }
    return "SELECT name, setting, description FROM (VALUES %s) AS v(name, setting, description) ORDER BY lower(name)"
        .formatted(String.join(", ", rows));
  }

  Reading transaction(SettingStatement statement, Map<String, String> before) {
    String prefix = statement.local() ? "" : "default_";
    statement
        .isolation()
        .ifPresent(
            level -> parameters.set(prefix + "transaction_isolation", level, statement.local()));
    statement
        .readOnly()
        .ifPresent(
            value -> parameters.set(prefix + "transaction_read_only", value, statement.local()));
    return done("SET", before);
  }

  private Reading role(SettingStatement statement, Map<String, String> before) throws Refused {
    String role = statement.value();
    boolean own = role.isEmpty() || role.equalsIgnoreCase("none") || role.equals(facts.user());
    if (!own && !role.equalsIgnoreCase("default")) {
      throw new Refused("22023", "role \"" + role + "\" does not exist");
    }
    return done("SET", before);
  }

  /** The schemas of a search path that there are; main, if there is none of them. */
  private String schemas(List<String> written) throws Refused {
    Set<String> existing = existing();
    Set<String> path = new LinkedHashSet<>();
    for (String part : written) {
      for (String name : part.split(",", -1)) {
        String schema = name.strip();
        if (schema.length() > 1 && schema.startsWith("\"") && schema.endsWith("\"")) {
          schema = schema.substring(1, schema.length() - 1).replace("\"\"", "\"");
        }
        String wanted = schema.equals("$user") ? facts.user() : schema;
        existing.stream().filter(wanted::equalsIgnoreCase).findFirst().ifPresent(path::add);
      }
    }
    return path.isEmpty() ? MAIN : String.join(", ", path);
  }

  private Set<String> existing() throws Refused {
    Set<String> names = new HashSet<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new Refused("25P02", String.valueOf(e.getMessage()));
    }
    return names;
  }

  /** Whether it is a setting of ours, or of DuckDB's that PostgreSQL has not. */
  private boolean isDuckDbs(String name) throws Refused {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith(OURS) || duckDbSettings().contains(lower);
  }

  private Set<String> duckDbSettings() throws Refused {
    Set<String> known = duckDbSettings;
    if (known == null) {
      known = new HashSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT lower(name) FROM duckdb_settings()")) {
        while (rows.next()) {
          known.add(rows.getString(1));
        }
      } catch (SQLException e) {
        throw new Refused("25P02", String.valueOf(e.getMessage()));
      }
      duckDbSettings = known;
    }
    return known;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How one session's statements are read. It keeps the session's parameters; it is for one thread at
 * a time.
 *
 * <p>A session calls {@link #opening} and runs what it gives, sends {@link #reported} as
 * ParameterStatus, then asks {@link #read} for each statement, and says when a transaction block
 * began and ended, since SET belongs to it.
 */
public final class Dialect {
  private final SessionFacts facts;
  private final CatalogNames names;
  private final SessionParameters parameters;
  private final SettingStatements settings;

  /**
   * @param connection the session's own; it is asked which schemas there are, where a search path
   *     is set
   * @throws Refused if a parameter of the startup message cannot be
   */
  public Dialect(SessionFacts facts, Connection connection) throws Refused {
    this.facts = facts;
    this.names = CatalogNames.POSTGRES;
    this.parameters = new SessionParameters(PostgresParameter.ALL);
    this.settings = new SettingStatements(parameters, facts, connection);
    settings.begin();
  }

  /** What the driver runs before the client's first statement. */
  public List<String> opening() {
    List<String> statements = new ArrayList<>();
    statements.add("SET VARIABLE whatif_postgres_user = " + CausalFunctionRows.quote(facts.user()));
    statements.add("SET VARIABLE whatif_postgres_pid = " + facts.backendPid());
    statements.addAll(settings.opening());
    return statements;
  }

  /** The parameters that ParameterStatus tells of when the session begins. */
  public Map<String, String> reported() {
    return parameters.reported();
  }

  /**
   * Reads one statement, without the semicolon that ends it.
   *
   * @throws Refused if PostgreSQL would refuse it: an unknown parameter, a wrong value
   */
  public Reading read(String statement) throws Refused {
    boolean concerned = names.mayConcern(statement);
    if (!concerned && !SettingStatements.mayBegin(statement)) {
      return new Reading.Run(statement);
    }
    SqlTokens sql = new SqlTokens(statement);
    Map<String, String> before = parameters.reported();
    Reading setting = settings.read(sql, before);
    if (setting != null) {
      return setting;
    }
    if (!concerned) {
      return new Reading.Run(statement);
    }
    SettingCalls calls = new SettingCalls(parameters, settings::set);
    Reading.Run run = new Rewriting(sql, names, calls, facts.user()).run();
    return new Reading.Run(run.sql(), run.columns(), difference(before, parameters.reported()));
  }

  static Map<String, String> difference(Map<String, String> before, Map<String, String> after) {
    Map<String, String> changed = new LinkedHashMap<>(after);
    changed.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
    return changed;
  }

  /** The value of a parameter as SHOW tells it; empty if there is none of that name. */
  public String setting(String name) {
    return parameters.value(name).orElse("");
  }

  /** What SET statement_timeout allows, in milliseconds; 0 is without limit. */
  public long statementTimeoutMillis() {
    ParameterQuantity quantity = ParameterQuantity.of(setting("statement_timeout"), "ms");
    return quantity == null ? 0 : (long) quantity.amount();
  }

  /** A transaction block has begun: BEGIN succeeded. */
  public void began() {
    parameters.began();
    for (String mode : SessionParameters.MODES) {
      parameters.set(mode, setting("default_" + mode), true);
    }
  }

  /**
   * Takes the modes of transactions that BEGIN or SET names.
   *
   * @param words of the statement, in upper case
   * @param local whether they are those of this transaction, else of the session's later ones
   * @return the parameters that ParameterStatus is to tell of
   */
  public Map<String, String> modes(List<String> words, boolean local) {
    Map<String, String> before = parameters.reported();
    settings.transaction(
        new SettingStatement(SettingStatement.Verb.TRANSACTION, "", words, local), before);
    return difference(before, parameters.reported());
  }

  /**
   * The transaction block has ended. SET LOCAL ends with it, and SET too where it was rolled back.
   */
  public Restored ended(boolean committed) {
    Map<String, String> before = parameters.reported();
    String zone = setting(PostgresParameter.TIME_ZONE);
    String path = setting(PostgresParameter.SEARCH_PATH);
    parameters.ended(committed);
    List<String> statements = new ArrayList<>();
    if (!zone.equals(setting(PostgresParameter.TIME_ZONE))) {
      statements.add(SettingStatements.zone(setting(PostgresParameter.TIME_ZONE)));
    }
    if (!path.equals(setting(PostgresParameter.SEARCH_PATH))) {
      statements.add(settings.path(setting(PostgresParameter.SEARCH_PATH)));
    }
    return new Restored(statements, difference(before, parameters.reported()));
  }

  /**
   * What the end of a transaction does to parameters.
   *
   * @param statements what the driver runs now
   * @param changed the parameters that ParameterStatus is to tell of
   */
  public record Restored(List<String> statements, Map<String, String> changed) {
    public Restored {
      statements = List.copyOf(statements);
      changed = Map.copyOf(changed);
    }
  }
}

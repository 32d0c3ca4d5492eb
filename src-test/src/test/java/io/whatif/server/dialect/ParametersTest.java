/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ParametersTest {
  private DialectSession session;

  @BeforeAll
  void open() throws Exception {
    session = DialectSession.open();
  }

  @BeforeEach
  void reset() throws Exception {
    session.run("RESET ALL");
  }

  @AfterAll
  void close() throws Exception {
    session.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET extra_float_digits = 3|extra_float_digits|3",
        "SET SESSION statement_timeout TO '90s'|statement_timeout|90s",
        "SET statement_timeout = 60000|statement_timeout|1min",
        "SET work_mem = '64MB'|work_mem|64MB",
        "set datestyle to 'ISO, DMY'|DateStyle|ISO, DMY",
        "SET NAMES 'utf8'|client_encoding|UTF8",
        "SET client_encoding = 'UNICODE'|client_encoding|UTF8",
        "SET client_min_messages TO WARNING|client_min_messages|warning",
        "SET standard_conforming_strings = yes|standard_conforming_strings|on",
        "SET row_security = false|row_security|off",
        "SET my.own = 'x'|my.own|x",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE|default_transaction_isolation|serializable",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY|default_transaction_read_only|on"
      })
  void aParameterIsSetAndShown(String sql, String name, String value) throws Exception {
    assertThat(session.run(sql)).isInstanceOf(Reading.Done.class);
    assertThat(session.heading("SHOW " + name)).containsExactly(name);
    assertThat(session.value("SHOW " + name)).isEqualTo(value);
    assertThat(session.value("SELECT current_setting('" + name + "')")).isEqualTo(value);
    assertThat(session.dialect().setting(name)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET nonsense = 1|42704|unrecognized configuration parameter \"nonsense\"",
        "SHOW nonsense|42704|unrecognized configuration parameter \"nonsense\"",
        "RESET nonsense|42704|unrecognized configuration parameter \"nonsense\"",
        "SET extra_float_digits = 99|22023|99 is outside the valid range for parameter \"extra_float_digits\" (-15 .. 3)",
        "SET statement_timeout = 'soon'|22023|invalid value for parameter \"statement_timeout\": \"soon\"",
        "SET row_security = maybe|22023|parameter \"row_security\" requires a Boolean value",
        "SET client_min_messages = loud|22023|invalid value for parameter \"client_min_messages\": \"loud\"",
        "SET server_version = '16'|55P02|parameter \"server_version\" cannot be changed",
        "SET max_connections = 5|55P02|parameter \"max_connections\" cannot be changed without restarting the server",
        "SET client_encoding = 'LATIN1'|0A000|client_encoding is always UTF8 here, not \"LATIN1\"",
        "SET DateStyle = 'German'|0A000|DateStyle writes dates as ISO here, not \"German\"",
        "SET TIME ZONE 'Mars/Olympus'|22023|invalid value for parameter \"TimeZone\": \"Mars/Olympus\"",
        "SET ROLE boss|22023|role \"boss\" does not exist"
      })
  void aWrongParameterIsRefusedAsPostgresRefusesIt(String sql, String state, String message) {
    assertThatThrownBy(() -> session.dialect().read(sql))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.sqlState()).isEqualTo(state))
        .hasMessage(message);
  }

  @Test
  void theTimeZoneIsDuckDbsToo() throws Exception {
    assertThat(session.run("SET TIME ZONE 'europe/berlin'"))
        .isEqualTo(
            new Reading.Run(
                "SET TimeZone = 'Europe/Berlin'", List.of(), Map.of("TimeZone", "Europe/Berlin")));
    assertThat(session.value("SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00'::VARCHAR"))
        .isEqualTo("2024-01-01 01:00:00+01");
    assertThat(session.value("SHOW timezone")).isEqualTo("Europe/Berlin");
    session.run("RESET timezone");
    assertThat(session.value("SHOW TIME ZONE")).isEqualTo("UTC");
  }

  @Test
  void theSearchPathIsDuckDbsToo() throws Exception {
    session.run("SET search_path TO \"$user\", marts, nowhere, public");
    assertThat(session.value("SHOW search_path")).isEqualTo("marts");
    assertThat(session.value("SELECT count(*) FROM daily")).isEqualTo("0");
    assertThat(session.value("SELECT to_regclass('goods')")).isNull();
    session.run("SET SCHEMA 'main'");
    assertThat(session.value("SELECT current_schema()")).isEqualTo("main");
    assertThat(session.value("SELECT set_config('search_path', 'marts, main', false)"))
        .isEqualTo("marts, main");
    assertThat(session.value("SELECT array_to_string(current_schemas(true), ',')"))
        .isEqualTo("pg_catalog,marts,main");
  }

  @Test
  void duckDbsSettingsAndOursReachTheDriver() throws Exception {
    assertThat(session.rewritten("SET threads = 2")).isEqualTo("SET threads = 2");
    assertThat(session.rewritten("SET whatif_memory_limit = '1GB'"))
        .isEqualTo("SET whatif_memory_limit = '1GB'");
    assertThat(session.rewritten("SET VARIABLE x = 1")).isEqualTo("SET VARIABLE x = 1");
    assertThat(session.rewritten("SHOW TABLES")).isEqualTo("SHOW TABLES");
    assertThat(session.value("SELECT current_setting('threads')")).isNotNull();
  }

  @Test
  void whatSetLocalSetsEndsWithTheTransaction() throws Exception {
    session.run("SET application_name = 'before'");
    session.dialect().began();
    session.run("SET LOCAL application_name = 'within'");
    assertThat(session.value("SHOW application_name")).isEqualTo("within");
    assertThat(session.dialect().ended(true).changed())
        .isEqualTo(Map.of("application_name", "before"));
    session.run("SET LOCAL application_name = 'nowhere'");
    assertThat(session.value("SHOW application_name")).isEqualTo("before");
  }

  @Test
  void aRollbackTakesBackWhatWasSet() throws Exception {
    session.dialect().began();
    session.run("SET application_name = 'lost'");
    session.run("SET TIME ZONE 'Asia/Tokyo'");
    session.run("SET search_path = marts");
    Dialect.Restored restored = session.dialect().ended(false);
    assertThat(restored.changed()).isEqualTo(Map.of("application_name", "", "TimeZone", "UTC"));
    assertThat(restored.statements())
        .containsExactly("SET TimeZone = 'UTC'", "SET search_path = '\"main\"'");
    session.dialect().began();
    session.run("SET application_name = 'kept'");
    assertThat(session.dialect().ended(true).changed()).isEmpty();
    assertThat(session.value("SHOW application_name")).isEqualTo("kept");
  }

  @Test
  void theStartupMessageSetsParameters() throws Exception {
    Map<String, String> startup =
        Map.of(
            "user", "ada",
            "database", "memory",
            "application_name", "psql",
            "TimeZone", "Europe/Berlin",
            "options", "-c search_path=marts -c statement_timeout=5s --my.own=a\\ b");
    try (DialectSession other = DialectSession.open("jdbc:whatif:", startup)) {
      assertThat(other.dialect().reported())
          .containsEntry("application_name", "psql")
          .containsEntry("TimeZone", "Europe/Berlin")
          .containsEntry("server_encoding", "UTF8")
          .containsEntry("session_authorization", "ada");
      assertThat(other.value("SHOW search_path")).isEqualTo("marts");
      assertThat(other.value("SHOW my.own")).isEqualTo("a b");
      assertThat(other.dialect().statementTimeoutMillis()).isEqualTo(5000);
      other.run("SET application_name = 'x'");
      other.run("RESET ALL");
      assertThat(other.value("SHOW application_name")).isEqualTo("psql");
    }
    assertThatThrownBy(() -> DialectSession.open("jdbc:whatif:", Map.of("nonsense", "1")))
        .isInstanceOf(Refused.class);
  }

  @Test
  void allParametersAreListed() throws Exception {
    session.run("SET work_mem = '64MB'");
    assertThat(session.rows("SHOW ALL"))
        .hasSizeGreaterThan(350)
        .contains(List.of("work_mem", "64MB", ""));
    assertThat(session.value("SELECT setting FROM pg_settings WHERE name = 'DateStyle'"))
        .isEqualTo("ISO, MDY");
  }
}

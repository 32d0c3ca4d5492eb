/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpanTest {

  /** Left DuckDB's text of an interval, right PostgreSQL 15's of the same. */
  @ParameterizedTest
  @CsvSource({
    "00:00:00, 00:00:00",
    "1 year 2 months, 1 year 2 mons",
    "2 years -3 days, 2 years -3 days",
    "-1 year -2 months, -1 years -2 mons",
    "-1 day 02:00:00, -1 days +02:00:00",
    "1 month -01:30:00, 1 mon -01:30:00",
    "-1 month 3 days, -1 mons +3 days",
    "04:05:06.7, 04:05:06.7",
    "-00:00:00.000001, -00:00:00.000001",
    "123:00:00, 123:00:00",
    "1 day, 1 day"
  })
  void intervalsArePrintedAsPostgresPrintsThem(String duckDb, String postgres) {
    assertThat(Span.ofDuckDb(duckDb).text()).isEqualTo(postgres);
  }
}

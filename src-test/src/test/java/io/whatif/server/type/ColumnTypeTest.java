/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.type;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ColumnTypeTest {

  /** Numbers are those of pg_type in PostgreSQL 15. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOLEAN|16",
        "TINYINT|21",
        "INTEGER|23",
        "UINTEGER|20",
        "BIGINT|20",
        "HUGEINT|1700",
        "DOUBLE|701",
        "VARCHAR|25",
        "ENUM('a', 'b')|25",
        "TIMESTAMP WITH TIME ZONE|1184",
        "INTEGER[]|1007",
        "VARCHAR[3]|1009",
        "INTEGER[][]|25",
        "STRUCT(a INTEGER)|25",
        "STRUCT(a INTEGER)[]|25",
        "MAP(VARCHAR, INTEGER[])|25"
      })
  void duckDbsTypesHavePostgresNumbers(String duckDb, int oid) {
    assertThat(ColumnType.of(duckDb).oid()).isEqualTo(oid);
  }

  @Test
  void precisionAndScaleStandInTheModifier() {
    assertThat(ColumnType.of("DECIMAL(18,3)"))
        .isEqualTo(new ColumnType(PostgresType.NUMERIC, false, (18 << 16 | 3) + 4));
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The file of {@code spec_file =>}, read by DuckDB, so that its settings say what may be read. */
public final class SpecFile {
  private SpecFile() {}

  /**
   * The text of the file.
   *
   * @throws WhatifException if DuckDB cannot or may not read it
   */
  public static String read(Connection connection, String path) {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT content FROM read_text(?) LIMIT 2")) {
      statement.setString(1, path);
      try (ResultSet rows = statement.executeQuery()) {
        String text = rows.next() ? rows.getString(1) : null;
        if (text == null || rows.next()) {
          throw new WhatifException(
              ErrorCode.BAD_ARGUMENT,
              "spec_file => '%s': names %s. Name one file."
                  .formatted(path, text == null ? "no file" : "several files"));
        }
        return text;
      }
    } catch (SQLException e) {
      String reason =
          String.valueOf(e.getMessage()).lines().findFirst().orElse("it cannot be read");
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT, "spec_file => '%s': %s".formatted(path, reason));
    }
  }
}

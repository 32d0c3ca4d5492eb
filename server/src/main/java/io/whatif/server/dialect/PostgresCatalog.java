/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The relations and functions of PostgreSQL's catalog: views and macros in a database in memory
 * that is attached beside the user's. Nothing is written to the user's.
 */
public final class PostgresCatalog {
  private PostgresCatalog() {}

  /**
   * Attaches the catalog, for every connection of the database instance. To be called once, before
   * {@code lock_configuration}; it also allows sessions to set their time zone under that lock.
   */
  public static void install(Connection connection) throws SQLException {}
}

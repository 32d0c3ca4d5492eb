/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.util.Map;

/**
 * What is known of a session when it begins.
 *
 * @param user whom the client says it is
 * @param database the name of DuckDB's database, as {@code current_database()} gives it
 * @param backendPid the number of the session in BackendKeyData
 * @param startup the parameters of the startup message, {@code options} among them
 */
public record SessionFacts(
    String user, String database, int backendPid, Map<String, String> startup) {
  public SessionFacts {
    startup = Map.copyOf(startup);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server is to do.
 *
 * @param database its file
 * @param port 0 for any that is free
 * @param users the file of users; null if everyone may connect
 * @param certificate of TLS, with {@code key}; null for none
 * @param folders that statements may read and write files in
 */
public record ServerOptions(
    Path database,
    String host,
    int port,
    boolean readOnly,
    @Nullable Path users,
    @Nullable Path certificate,
    @Nullable Path key,
    List<Path> folders,
    Limits limits) {

  /**
   * How much clients may ask for.
   *
   * @param sessions at most at a time
   * @param login how long a client may take to say who it is
   * @param write how long a client may take to read what it asked for
   */
  public record Limits(int sessions, Duration login, Duration write) {
    public static final Limits STANDARD =
        new Limits(100, Duration.ofSeconds(30), Duration.ofMinutes(5));
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Frames;
import java.util.Map;

/**
 * A client that may begin a session.
 *
 * @param minor of the protocol's version that it asked for
 * @param process the number by which it may cancel a statement, with {@code secret}
 * @param startup the parameters of its first message
 */
public record Client(
    Frames frames,
    BackendWriter out,
    String user,
    int minor,
    int process,
    int secret,
    Map<String, String> startup) {}

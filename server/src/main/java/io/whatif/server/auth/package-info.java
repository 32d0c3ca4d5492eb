/* SPDX-License-Identifier: Apache-2.0 */
/** Who a client is: SCRAM-SHA-256 (RFC 5802, RFC 7677) and the file of users. */
@NullMarked
package io.whatif.server.auth;

import org.jspecify.annotations.NullMarked;

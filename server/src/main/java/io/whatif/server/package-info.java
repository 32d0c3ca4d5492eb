/* SPDX-License-Identifier: Apache-2.0 */
/** PostgreSQL's wire protocol on top of the driver. */
@NullMarked
package io.whatif.server;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.server.wire;

import org.jspecify.annotations.NullMarked;

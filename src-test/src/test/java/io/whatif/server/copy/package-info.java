/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.server.copy;

import org.jspecify.annotations.NullMarked;

/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.whatif.server.value;

import org.jspecify.annotations.NullMarked;

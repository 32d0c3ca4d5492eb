/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

/** A column of a function's result. */
public record ResultColumn(String name, SqlType type, String text) {}

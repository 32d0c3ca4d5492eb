/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * What kind of mistake a {@link WhatifException} reports; stable names for programs to match on.
 */
public enum ErrorCode {
  /** An argument the function does not have. */
  UNKNOWN_ARGUMENT,
  /** A required argument that is not given. */
  MISSING_ARGUMENT,
  /** An argument whose value has the wrong type, is out of range, or is none of the choices. */
  BAD_ARGUMENT,
  /** A column that the relation does not have. */
  UNKNOWN_COLUMN,
  /** A column whose type or values the function cannot use. */
  BAD_COLUMN,
  /** A relation that is missing, or has too few usable rows. */
  BAD_RELATION,
  /** A model that is not there. */
  UNKNOWN_MODEL,
  /** A model of that name is already there. */
  MODEL_EXISTS,
  /** A stored model that cannot be read: damaged, or written by a newer version. */
  BAD_MODEL,
  /** A statement in which the function cannot stand. */
  BAD_STATEMENT,
  /** A database that cannot be written to. */
  READ_ONLY,
  /** The estimate would need more memory than allowed. */
  OUT_OF_MEMORY,
  /** The temporary file for rows beyond the memory limit cannot be made, written or read. */
  SPILL_FAILED,
  /** The user asked to stop. */
  CANCELLED,
  /** A fault of ours; the message says what broke. */
  INTERNAL
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

/** The SQLSTATEs that we report, by their names in PostgreSQL's appendix A. */
public final class SqlState {
  public static final String SUCCESS = "00000";
  public static final String WARNING = "01000";
  public static final String PROTOCOL_VIOLATION = "08P01";
  public static final String FEATURE_NOT_SUPPORTED = "0A000";
  public static final String NUMERIC_VALUE_OUT_OF_RANGE = "22003";
  public static final String INVALID_DATETIME_FORMAT = "22007";
  public static final String DATETIME_FIELD_OVERFLOW = "22008";
  public static final String DIVISION_BY_ZERO = "22012";
  public static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";
  public static final String INVALID_PARAMETER_VALUE = "22023";
  public static final String INVALID_TEXT_REPRESENTATION = "22P02";
  public static final String INVALID_BINARY_REPRESENTATION = "22P03";
  public static final String BAD_COPY_FILE_FORMAT = "22P04";
  public static final String NOT_NULL_VIOLATION = "23502";
  public static final String FOREIGN_KEY_VIOLATION = "23503";
  public static final String UNIQUE_VIOLATION = "23505";
  public static final String CHECK_VIOLATION = "23514";
  public static final String INTEGRITY_VIOLATION = "23000";
  public static final String ACTIVE_TRANSACTION = "25001";
  public static final String READ_ONLY_TRANSACTION = "25006";
  public static final String NO_ACTIVE_TRANSACTION = "25P01";
  public static final String FAILED_TRANSACTION = "25P02";
  public static final String INVALID_TRANSACTION_STATE = "25000";
  public static final String INVALID_STATEMENT_NAME = "26000";
  public static final String INVALID_AUTHORIZATION = "28000";
  public static final String INVALID_PASSWORD = "28P01";
  public static final String DEPENDENT_OBJECTS = "2BP01";
  public static final String INVALID_CURSOR_NAME = "34000";
  public static final String INVALID_CATALOG_NAME = "3D000";
  public static final String INVALID_SCHEMA_NAME = "3F000";
  public static final String SERIALIZATION_FAILURE = "40001";
  public static final String SYNTAX_OR_ACCESS = "42000";
  public static final String INSUFFICIENT_PRIVILEGE = "42501";
  public static final String SYNTAX_ERROR = "42601";
  public static final String UNDEFINED_COLUMN = "42703";
  public static final String UNDEFINED_OBJECT = "42704";
  public static final String AMBIGUOUS_COLUMN = "42702";
  public static final String GROUPING_ERROR = "42803";
  public static final String DATATYPE_MISMATCH = "42804";
  public static final String UNDEFINED_FUNCTION = "42883";
  public static final String UNDEFINED_TABLE = "42P01";
  public static final String UNDEFINED_PARAMETER = "42P02";
  public static final String DUPLICATE_CURSOR = "42P03";
  public static final String DUPLICATE_STATEMENT = "42P05";
  public static final String DUPLICATE_SCHEMA = "42P06";
  public static final String DUPLICATE_TABLE = "42P07";
  public static final String DUPLICATE_OBJECT = "42710";
  public static final String DUPLICATE_FUNCTION = "42723";
  public static final String INDETERMINATE_DATATYPE = "42P18";
  public static final String OUT_OF_MEMORY = "53200";
  public static final String DISK_FULL = "53100";
  public static final String TOO_MANY_CONNECTIONS = "53300";
  public static final String PROGRAM_LIMIT_EXCEEDED = "54000";
  public static final String TOO_MANY_COLUMNS = "54011";
  public static final String OBJECT_IN_USE = "55006";
  public static final String QUERY_CANCELED = "57014";
  public static final String ADMIN_SHUTDOWN = "57P01";
  public static final String IO_ERROR = "58030";
  public static final String INTERNAL_ERROR = "XX000";

  private SqlState() {}
}

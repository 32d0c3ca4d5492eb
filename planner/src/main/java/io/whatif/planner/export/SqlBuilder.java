/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.pretty.SqlPrettyWriter;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Small SQL expressions over doubles, as Calcite's trees. */
final class SqlBuilder {
  private static final SqlParserPos NOWHERE = SqlParserPos.ZERO;

  private final TargetDialect dialect;

  SqlBuilder(TargetDialect dialect) {
    this.dialect = dialect;
  }

  /** The text of an expression. */
  String write(SqlNode node) {
    SqlPrettyWriter writer =
        new SqlPrettyWriter(
            SqlPrettyWriter.config()
                .withDialect(dialect.calcite())
                .withQuoteAllIdentifiers(false)
                .withIndentation(0)
                .withLineFolding(org.apache.calcite.sql.SqlWriterConfig.LineFolding.WIDE)
                .withCaseClausesOnNewLines(false)
                .withClauseStartsLine(false));
    node.unparse(writer, 0, 0);
    return writer.toString();
  }

  /** Text that stands as it is. */
  SqlNode verbatim(String text) {
    return new SqlBasicCall(new Verbatim(text), List.of(), NOWHERE);
  }

  SqlNode string(String text) {
    return verbatim(dialect.string(text));
  }

  /** A number beside a double, that makes it one. */
  SqlNode number(double value) {
    if (Double.isNaN(value)) {
      return nothing();
    }
    if (Double.isInfinite(value)) {
      return toDouble(string(value > 0 ? "Infinity" : "-Infinity"));
    }
    return dialect.numbers() == TargetDialect.Numbers.SHORT_DECIMAL
        ? toDouble(string(Double.toString(value)))
        : approximate(value);
  }

  /** A number by itself, as a double. */
  SqlNode freeNumber(double value) {
    return dialect.numbers() == TargetDialect.Numbers.DECIMAL && Double.isFinite(value)
        ? toDouble(approximate(value))
        : number(value);
  }

  private static SqlNode approximate(double value) {
    String digits = new BigDecimal(Double.toString(value)).stripTrailingZeros().toString();
    return SqlLiteral.createApproxNumeric(digits, NOWHERE);
  }

  SqlNode nothing() {
    return SqlLiteral.createNull(NOWHERE);
  }

  SqlNode toDouble(SqlNode value) {
    return cast(value, SqlTypeName.DOUBLE);
  }

  SqlNode toText(SqlNode value) {
    return cast(value, SqlTypeName.VARCHAR);
  }

  private SqlNode cast(SqlNode value, SqlTypeName name) {
    return call(SqlStdOperatorTable.CAST, value, type(name));
  }

  private SqlNode type(SqlTypeName name) {
    Optional<String> known = dialect.typeName(name);
    if (known.isPresent()) {
      return verbatim(known.get());
    }
    RelDataTypeFactory types = new SqlTypeFactoryImpl(dialect.calcite().getTypeSystem());
    SqlNode written = dialect.calcite().getCastSpec(types.createSqlType(name));
    if (written == null) {
      throw new IllegalStateException(dialect + " cannot write " + name);
    }
    return written;
  }

  /** {@code sum + value}, or {@code sum - value}. */
  SqlNode plus(SqlNode sum, SqlNode value) {
    return call(SqlStdOperatorTable.PLUS, sum, value);
  }

  SqlNode minus(SqlNode from, SqlNode value) {
    return call(SqlStdOperatorTable.MINUS, from, value);
  }

  SqlNode times(SqlNode left, SqlNode right) {
    return call(SqlStdOperatorTable.MULTIPLY, left, right);
  }

  SqlNode dividedBy(SqlNode value, SqlNode by) {
    return call(SqlStdOperatorTable.DIVIDE, value, by);
  }

  SqlNode squareRoot(SqlNode value) {
    return function("SQRT", value);
  }

  SqlNode greatest(SqlNode left, SqlNode right) {
    return call(SqlLibraryOperators.GREATEST, left, right);
  }

  SqlNode least(SqlNode left, SqlNode right) {
    return call(SqlLibraryOperators.LEAST, left, right);
  }

  SqlNode coalesce(SqlNode value, SqlNode otherwise) {
    return function("COALESCE", value, otherwise);
  }

  SqlNode isNull(SqlNode value) {
    return call(SqlStdOperatorTable.IS_NULL, value);
  }

  SqlNode equal(SqlNode left, SqlNode right) {
    return call(SqlStdOperatorTable.EQUALS, left, right);
  }

  SqlNode not(SqlNode condition) {
    return call(SqlStdOperatorTable.NOT, condition);
  }

  SqlNode or(SqlNode left, SqlNode right) {
    return call(SqlStdOperatorTable.OR, left, right);
  }

  SqlNode and(SqlNode left, SqlNode right) {
    return call(SqlStdOperatorTable.AND, left, right);
  }

  SqlNode notIn(SqlNode value, List<String> texts) {
    SqlNodeList list = new SqlNodeList(texts.stream().map(this::string).toList(), NOWHERE);
    return call(SqlStdOperatorTable.NOT_IN, value, list);
  }

  SqlNode function(String name, SqlNode... operands) {
    return call(
        new SqlFunction(
            name,
            SqlKind.OTHER_FUNCTION,
            ReturnTypes.DOUBLE_NULLABLE,
            null,
            OperandTypes.VARIADIC,
            SqlFunctionCategory.USER_DEFINED_FUNCTION),
        operands);
  }

  /** NULL in the place of NaN, where NaN equals itself. */
  SqlNode nanToNull(SqlNode value) {
    return call(SqlStdOperatorTable.NULLIF, value, toDouble(string("NaN")));
  }

  /**
   * The first branch whose condition holds; conditions are values to equal if {@code of} is given.
   * What no branch holds for is {@code otherwise}, or NULL.
   */
  SqlNode cases(
      @Nullable SqlNode of,
      List<Map.Entry<SqlNode, SqlNode>> branches,
      @Nullable SqlNode otherwise) {
    List<SqlNode> when = new ArrayList<>();
    List<SqlNode> then = new ArrayList<>();
    for (Map.Entry<SqlNode, SqlNode> branch : branches) {
      when.add(branch.getKey());
      then.add(branch.getValue());
    }
    return new SqlCase(
        NOWHERE,
        of,
        new SqlNodeList(when, NOWHERE),
        new SqlNodeList(then, NOWHERE),
        otherwise == null ? nothing() : otherwise);
  }

  private static SqlNode call(SqlOperator operator, SqlNode... operands) {
    return operator.createCall(NOWHERE, operands);
  }

  /** Writes a text as it is, as an operand of the highest precedence. */
  private static final class Verbatim extends SqlSpecialOperator {
    private static final int HIGHEST = 200;

    private final String text;

    Verbatim(String text) {
      super("VERBATIM", SqlKind.OTHER, HIGHEST);
      this.text = text;
    }

    @Override
    public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
      writer.print(text);
      writer.setNeedWhitespace(true);
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.TableCharacteristic;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandMetadata;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A table function of the catalog as a Calcite operator. Operand 0 is the relation, or the model of
 * a function that takes none; the named arguments follow in the catalog's order, all optional but
 * those the catalog requires. A row-wise function gives the relation's columns and its own.
 */
public final class CausalTableFunction extends SqlFunction implements SqlTableFunction {
  private final FunctionDescriptor function;

  CausalTableFunction(FunctionDescriptor function) {
    super(
        function.name(),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.CURSOR,
        null,
        new Operands(function),
        SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
    this.function = function;
  }

  /** What it was made from. */
  public FunctionDescriptor function() {
    return function;
  }

  @Override
  public SqlReturnTypeInference getRowTypeInference() {
    return this::rowType;
  }

  private RelDataType rowType(SqlOperatorBinding binding) {
    RelDataTypeFactory factory = binding.getTypeFactory();
    RelDataTypeFactory.Builder row = factory.builder();
    if (function.body(Body.RowWise.class).isPresent()) {
      row.addAll(binding.getOperandType(0).getFieldList());
    }
    for (ResultColumn column : function.result()) {
      row.add(column.name(), type(factory, column.type()));
    }
    return row.build();
  }

  /** The Calcite type of a result column; every column may be NULL. */
  static RelDataType type(RelDataTypeFactory factory, SqlType type) {
    RelDataType plain =
        switch (type) {
          case BOOLEAN -> factory.createSqlType(SqlTypeName.BOOLEAN);
          case BIGINT -> factory.createSqlType(SqlTypeName.BIGINT);
          case DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
          case VARCHAR -> factory.createSqlType(SqlTypeName.VARCHAR);
          case TIMESTAMP -> factory.createSqlType(SqlTypeName.TIMESTAMP);
          case VARCHAR_LIST ->
              factory.createArrayType(factory.createSqlType(SqlTypeName.VARCHAR), -1);
          case WARNINGS ->
              factory.createArrayType(
                  factory
                      .builder()
                      .add("code", SqlTypeName.VARCHAR)
                      .add("severity", SqlTypeName.VARCHAR)
                      .add("message", SqlTypeName.VARCHAR)
                      .build(),
                  -1);
        };
    return factory.createTypeWithNullability(plain, true);
  }

  @Override
  public @Nullable TableCharacteristic tableCharacteristic(int ordinal) {
    return ordinal == 0 && function.takesRelation()
        ? TableCharacteristic.builder(TableCharacteristic.Semantics.SET).build()
        : null;
  }

  @Override
  public boolean argumentMustBeScalar(int ordinal) {
    return ordinal != 0 || !function.takesRelation();
  }

  /** The operands: names and optionality as the catalog has them; values are checked elsewhere. */
  private record Operands(FunctionDescriptor function) implements SqlOperandMetadata {
    private boolean hasFirst() {
      return function.takesRelation() || function.body(Body.Report.class).isPresent();
    }

    @Override
    public List<RelDataType> paramTypes(RelDataTypeFactory factory) {
      RelDataType any =
          factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.ANY), true);
      return paramNames().stream().map(name -> any).toList();
    }

    @Override
    public List<String> paramNames() {
      List<String> names = new ArrayList<>();
      if (hasFirst()) {
        names.add(function.takesRelation() ? "data" : "model");
      }
      function.arguments().stream().map(Argument::name).forEach(names::add);
      return names;
    }

    @Override
    public boolean isOptional(int index) {
      int argument = hasFirst() ? index - 1 : index;
      return argument >= 0 && !function.arguments().get(argument).required();
    }

    @Override
    public boolean checkOperandTypes(SqlCallBinding binding, boolean throwOnFailure) {
      return true;
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
      int required = (int) function.arguments().stream().filter(Argument::required).count();
      int first = hasFirst() ? 1 : 0;
      return SqlOperandCountRanges.between(first + required, first + function.arguments().size());
    }

    @Override
    public String getAllowedSignatures(SqlOperator operator, String name) {
      return name + "(" + String.join(", ", paramNames()) + ")";
    }
  }
}

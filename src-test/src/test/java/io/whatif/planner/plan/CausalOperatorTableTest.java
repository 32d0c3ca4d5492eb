/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCallBinding;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlOperandMetadata;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CausalOperatorTableTest {
  private static final RelDataTypeFactory TYPES = new SqlTypeFactoryImpl(RelDataTypeSystem.DEFAULT);

  static List<FunctionDescriptor> tableFunctions() {
    return Catalog.ALL.stream().filter(f -> !f.isScalar()).toList();
  }

  private static CausalTableFunction operator(FunctionDescriptor function) {
    return CausalOperatorTable.of(List.of(function)).getOperatorList().stream()
        .map(CausalTableFunction.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFunctionOfTheCatalogHasOneOperator() {
    assertThat(
            CausalOperatorTable.of(Catalog.ALL).getOperatorList().stream()
                .map(SqlOperator::getName))
        .containsExactlyInAnyOrderElementsOf(
            Catalog.ALL.stream().map(FunctionDescriptor::name).toList());
  }

  @ParameterizedTest
  @MethodSource("tableFunctions")
  void anOperatorHasTheArgumentsOfItsFunction(FunctionDescriptor function) {
    SqlOperandMetadata operands =
        (SqlOperandMetadata)
            java.util.Objects.requireNonNull(operator(function).getOperandTypeChecker());
    List<String> names = function.arguments().stream().map(Argument::name).toList();
    int first = operands.paramNames().size() - names.size();
    assertThat(operands.paramNames()).endsWith(names.toArray(String[]::new));
    for (int i = 0; i < names.size(); i++) {
      assertThat(operands.isOptional(first + i))
          .as(names.get(i))
          .isEqualTo(!function.arguments().get(i).required());
    }
  }

  @ParameterizedTest
  @MethodSource("tableFunctions")
  void anOperatorGivesTheColumnsOfItsFunction(FunctionDescriptor function) {
    RelDataType input = TYPES.builder().add("of the relation", SqlTypeName.DATE).build();
    RexBuilder rex = new RexBuilder(TYPES);
    CausalTableFunction operator = operator(function);
    RelDataType row =
        operator
            .getRowTypeInference()
            .inferReturnType(
                new RexCallBinding(
                    TYPES, operator, List.of(rex.makeRangeReference(input, 0, false)), List.of()));
    List<String> expected = function.result().stream().map(ResultColumn::name).toList();
    List<String> names =
        java.util.Objects.requireNonNull(row).getFieldList().stream()
            .map(RelDataTypeField::getName)
            .toList();
    assertThat(names).endsWith(expected.toArray(String[]::new));
    boolean rowWise = function.body(Body.RowWise.class).isPresent();
    assertThat(names).hasSize(expected.size() + (rowWise ? 1 : 0));
  }
}

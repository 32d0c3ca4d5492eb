/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rules of docs/architecture.md that a compiler does not hold. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
  private static final String ROOT = "io.whatif.";

  /** Lowest first; a package may use its own floor and those below. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("math"),
          Set.of("data"),
          Set.of("learn", "forest", "inference", "model"),
          Set.of("estimate"),
          Set.of("function"),
          Set.of("arrow", "duckdb"),
          Set.of("planner"),
          Set.of("server"));

  /** The one map of engines by database instance. */
  private static final String ENGINE = ROOT + "duckdb.Engine";

  /** Prints the trace of a fault of our own, where -Dwhatif.trace=true asks for it. */
  private static final String TRACE = ROOT + "duckdb.Errors";

  private static final Set<String> IMMUTABLE_COLLECTIONS =
      Set.of(
          Collection.class.getName(),
          List.class.getName(),
          Set.class.getName(),
          Map.class.getName());

  private JavaClasses code = new ClassFileImporter().importClasses();

  @BeforeAll
  void readOurClasses() {
    code =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.whatif");
  }

  @Test
  void theRulesSeeTheClassesOfEveryModule() {
    assertThat(code.stream().map(ArchitectureTest::packageUnderRoot).distinct())
        .contains(Optional.of("math"), Optional.of("function"));
  }

  @Test
  void everyPackageStandsOnAFloor() {
    assertThat(code.stream().map(ArchitectureTest::packageUnderRoot).flatMap(Optional::stream))
        .allMatch(name -> floorOf(name) >= 0);
  }

  @Test
  void noPackageUsesAFloorAboveIt() {
    classes()
        .that()
        .resideInAPackage("io.whatif..")
        .should(
            new ArchCondition<JavaClass>("use their own floor and those below only") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                int floor = floor(type);
                type.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> floor(dependency.getTargetClass()) > floor)
                    .forEach(
                        dependency ->
                            events.add(
                                SimpleConditionEvent.violated(type, dependency.getDescription())));
              }
            })
        .check(code);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.whatif.(*)..").should().beFreeOfCycles().check(code);
  }

  @Test
  void onlyTheArrowPackageKnowsArrow() {
    onlyIn("org.apache.arrow..", "io.whatif.arrow..");
  }

  @Test
  void onlyTheDuckDbPackageAndThePlannerKnowDuckDb() {
    onlyIn("org.duckdb..", "io.whatif.duckdb..", "io.whatif.planner..");
  }

  @Test
  void onlyThePlannerKnowsCalcite() {
    onlyIn("org.apache.calcite..", "io.whatif.planner..");
  }

  @Test
  void onlyTheLearnersKnowXgBoost() {
    onlyIn("ml.dmlc..", "io.whatif.learn..");
    onlyIn("com.esotericsoftware..", "io.whatif.learn..");
  }

  @Test
  void onlyTheShellKnowsTheTerminal() {
    onlyIn("sqlline..", "io.whatif.planner.shell..");
    onlyIn("picocli..", "io.whatif.planner.shell..", "io.whatif.server.command..");
    onlyIn("org.jline..", "io.whatif.planner.shell..");
  }

  @Test
  void staticStateIsFinalAndOnlyTheEngineHoldsAMapOfIt() {
    fields()
        .that()
        .areStatic()
        .should()
        .beFinal()
        .andShould(
            new ArchCondition<JavaField>("be of an immutable type") {
              @Override
              public void check(JavaField field, ConditionEvents events) {
                if (isMutable(field.getRawType()) && !field.getOwner().getName().equals(ENGINE)) {
                  events.add(SimpleConditionEvent.violated(field, field.getDescription()));
                }
              }
            })
        .check(code);
    assertThat(
            code.stream()
                .filter(type -> type.getName().equals(ENGINE))
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> isMutable(field.getRawType())))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void onlyTheShellEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.whatif.planner.shell..", "io.whatif.server.command..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(code);
  }

  @Test
  void onlyTheShellPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.whatif.planner.shell..", "io.whatif.server.command..")
        .and()
        .doNotHaveFullyQualifiedName(TRACE)
        .should()
        .accessField(System.class, "out")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(code);
  }

  @Test
  void nothingIsSerializedTheJavaWay() {
    noClasses()
        .that()
        .areNotAssignableTo(Throwable.class)
        .and()
        .areNotAnonymousClasses() // A map that evicts its eldest is serializable by birth.
        .and()
        .areNotEnums()
        .and()
        .areNotAssignableTo(Enum.class)
        .should()
        .implement(Serializable.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ObjectOutputStream.class)
        .check(code);
  }

  @Test
  void classNamesAreWordsOfTheField() {
    noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Base|Impl)").check(code);
  }

  private void onlyIn(String library, String... packages) {
    noClasses()
        .that()
        .resideInAPackage("io.whatif..")
        .and()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(code);
  }

  private static int floor(JavaClass type) {
    return packageUnderRoot(type).map(ArchitectureTest::floorOf).orElse(-1);
  }

  private static int floorOf(String name) {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      if (FLOORS.get(floor).contains(name)) {
        return floor;
      }
    }
    return -1;
  }

  /** The first word after io.whatif, empty for classes of others. */
  private static Optional<String> packageUnderRoot(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT)
        ? Optional.of(name.substring(ROOT.length()).split("\\.", 2)[0])
        : Optional.empty();
  }

  /** Arrays and interfaces such as Map are taken for constants; concrete collections are not. */
  private static boolean isMutable(JavaClass type) {
    if (IMMUTABLE_COLLECTIONS.contains(type.getName())) {
      return false;
    }
    return type.getPackageName().equals("java.util.concurrent.atomic")
        || Stream.of(
                Collection.class,
                Map.class,
                StringBuilder.class,
                ThreadLocal.class,
                Executor.class,
                Lock.class)
            .anyMatch(type::isAssignableTo);
  }
}

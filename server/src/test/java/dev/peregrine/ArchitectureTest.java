package dev.peregrine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.MethodsShouldConjunction;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.http.h1.RequestParser;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The arrows of `ARCHITECTURE.md`, and what no code here may use.
class ArchitectureTest {
  private static final String ROOT = "dev.peregrine.";
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.peregrine");

  /// Which packages a package may use; itself, the platform and its libraries come on top.
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry(
              "cli",
              List.of("server", "init", "pack", "admin.api", "config", "app", "process", "log")),
          Map.entry(
              "server",
              List.of(
                  "listen",
                  "exchange",
                  "cache",
                  "admin",
                  "pool",
                  "config",
                  "app",
                  "process",
                  "http",
                  "log")),
          Map.entry("listen", List.of("http", "log")),
          Map.entry("exchange", List.of("http", "cache", "esi", "pool", "app", "listen", "log")),
          Map.entry("cache", List.of("http")),
          Map.entry("pool", List.of("process", "app", "log")),
          Map.entry("app", List.of("log")),
          Map.entry("admin", List.of("http", "cache", "pool", "log")),
          Map.entry(
              "config",
              List.of("listen", "exchange", "cache", "pool", "admin", "init", "app", "http")),
          Map.entry("init", List.of("process", "log")),
          Map.entry("pack", List.of("app", "config", "log")),
          Map.entry("esi", List.of("http")),
          Map.entry("http", List.of()),
          Map.entry("process", List.of()),
          Map.entry("log", List.of()));

  /// The part of `cache` that holds what is stored: shared by threads, and told the time by itself.
  private static final String STORE =
      "dev\\.peregrine\\.cache\\.(ContentMemory|ResponseStore|Purge.*|CacheStatistics|CacheProbes|UncacheableMarks).*";

  static Stream<String> packages() {
    return ARROWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void dependencies_ofPackage_followTheArrows(String name) {
    List<String> forbidden =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(name) && !allowed(name).contains(other))
            .toList();
    check(
        noClasses()
            .that(resideInAPackage(ROOT + name + ".."))
            .should()
            .dependOnClassesThat(in(forbidden, name)));
  }

  @Test
  void dependencies_betweenPackages_haveNoCycles() {
    check(slices().matching("dev.peregrine.(*)..").should().beFreeOfCycles());
  }

  @Test
  void import_ofTheModule_findsIt() {
    assertThat(ALL.contain(RequestParser.class)).isTrue();
    assertThat(ALL.contain(ArchitectureTest.class)).isFalse();
  }

  @Test
  void packages_areAllKnown() {
    check(classes().should().resideInAnyPackage(known()));
  }

  @Test
  void config_usesOfTheFeatures_onlyTheirConfigRecords() {
    DescribedPredicate<JavaClass> others =
        resideInAnyPackage(globs(List.of("listen", "exchange", "cache", "pool", "admin", "init")))
            .and(DescribedPredicate.not(configRecord()));
    check(
        noClasses().that(resideInAPackage(ROOT + "config..")).should().dependOnClassesThat(others));
  }

  @Test
  void leaves_useOnlyTheBaseModule() {
    String[] base = {
      "dev.peregrine.http..",
      "java.io..",
      "java.lang..",
      "java.math..",
      "java.net..",
      "java.nio..",
      "java.security..",
      "java.text..",
      "java.time..",
      "java.util..",
      "org.jspecify.."
    };
    for (String leaf : List.of("http", "process", "log")) {
      String[] allowed = base.clone();
      allowed[0] = ROOT + leaf + "..";
      check(
          classes()
              .that(resideInAPackage(ROOT + leaf + ".."))
              .should()
              .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(primitiveOrArray())));
    }
  }

  @Test
  void httpAndCachePolicy_arePure() {
    check(
        noClasses()
            .that(resideInAnyPackage(globs(List.of("http", "cache"))))
            .and()
            .haveNameNotMatching(STORE)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "java.util.logging..")
                    .or(namedAnyOf("java.lang.Thread", "java.time.Clock", "java.io.File")))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now"));
  }

  /// What the policy decides must not depend on what is kept, or how.
  @Test
  void cachePolicy_reachesNothingOfTheStore() {
    Set<JavaClass> reached = new HashSet<>();
    Deque<JavaClass> next = new ArrayDeque<>(List.of(ALL.get(CachePolicy.class)));
    while (!next.isEmpty()) {
      JavaClass type = next.pop();
      if (type.getPackageName().equals(ROOT + "cache") && reached.add(type)) {
        type.getDirectDependenciesFromSelf().forEach(use -> next.push(use.getTargetClass()));
      }
    }
    assertThat(reached)
        .hasSizeGreaterThan(40)
        .extracting(JavaClass::getName)
        .noneMatch(name -> name.matches(STORE) || name.contains("StoredContent"));
  }

  @Test
  void libraries_stayWhereTheyBelong() {
    onlyIn("io.netty..", List.of("listen", "exchange", "server"));
    onlyIn("tools.jackson..", List.of("pool", "admin", "config", "cli"));
    onlyIn("org.snakeyaml..", List.of("config"));
    onlyIn("picocli..", List.of("cli"));
    onlyIn("com.github.benmanes.caffeine..", List.of("cache"));
    onlyIn("java.lang.foreign..", List.of("process"));
  }

  @Test
  void processesOfThePlatform_areNotUsed() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat(namedAnyOf("java.lang.Process", "java.lang.ProcessBuilder"))
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class));
  }

  @Test
  void threadLocals_areNotUsed() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat(
                namedAnyOf("java.lang.ThreadLocal", "java.lang.InheritableThreadLocal")));
  }

  @Test
  void futures_stayWithinPackages() {
    check(
        methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .notHaveRawReturnType("java.util.concurrent.CompletableFuture"));
  }

  @Test
  void accessors_areNamedWithoutGet() {
    MethodsShouldConjunction rule =
        methods()
            .that()
            .haveNameMatching("get[A-Z].*")
            .and(describe("are our own", ArchitectureTest::isOurOwn))
            .should()
            .haveName("(a noun)");
    check(rule);
  }

  private static List<String> allowed(String name) {
    return ARROWS.getOrDefault(name, List.of());
  }

  /// The packages named, but for those parts of them that `user` may use.
  private static DescribedPredicate<JavaClass> in(List<String> names, String user) {
    DescribedPredicate<JavaClass> all = resideInAnyPackage(globs(names));
    if (allowed(user).contains("admin.api")) {
      all = all.and(DescribedPredicate.not(resideInAPackage(ROOT + "admin.api..")));
    }
    return allowed(user).contains("config") ? all.and(DescribedPredicate.not(configRecord())) : all;
  }

  /// A part of the configuration: who reads the whole of it may read the parts.
  private static DescribedPredicate<JavaClass> configRecord() {
    return describe(
        "part of the configuration",
        type -> type.getSimpleName().endsWith("Config") || type.getName().contains("Config$"));
  }

  private static String[] known() {
    return Stream.concat(
            ARROWS.keySet().stream().map(name -> ROOT + name + ".."), Stream.of("dev.peregrine"))
        .toArray(String[]::new);
  }

  private static String[] globs(List<String> names) {
    return names.stream().map(name -> ROOT + name + "..").toArray(String[]::new);
  }

  private static void onlyIn(String library, List<String> packages) {
    check(
        noClasses()
            .that(DescribedPredicate.not(resideInAnyPackage(globs(packages))))
            .should()
            .dependOnClassesThat(resideInAPackage(library)));
  }

  private static DescribedPredicate<JavaClass> namedAnyOf(String... names) {
    return describe("named " + List.of(names), type -> List.of(names).contains(type.getName()));
  }

  private static DescribedPredicate<JavaClass> primitiveOrArray() {
    return describe("primitive or array of it", type -> type.getBaseComponentType().isPrimitive());
  }

  /// Whether no type of a library asks for the name.
  private static boolean isOurOwn(JavaMethod method) {
    return !method.getModifiers().contains(JavaModifier.SYNTHETIC)
        && Stream.concat(
                method.getOwner().getAllRawInterfaces().stream(),
                method.getOwner().getAllRawSuperclasses().stream())
            .filter(type -> !type.getName().startsWith(ROOT))
            .noneMatch(type ->
                type.getMethods().stream().anyMatch(m -> m.getName().equals(method.getName())));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(ALL);
  }
}

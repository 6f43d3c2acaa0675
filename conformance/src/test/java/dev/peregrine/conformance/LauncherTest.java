package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell scripts that find a Java and start the product on it.
class LauncherTest {
  private static final Path PRODUCT = Path.of(System.getProperty("peregrine.executable"));
  private static final Path ROOT = PRODUCT.resolve("../../../../..").normalize();

  @TempDir Path directory;

  @Test
  void findJdk_none_saysHowToGetOne() {
    Commands.Outcome outcome =
        shell(". " + ROOT + "/.mvn/find-jdk; find_jdk", Map.of("PEREGRINE_JDKS", "/nonexistent"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.errors()).contains("no JDK 25 found", "temurin-25-jdk", "JAVA_HOME");
  }

  @Test
  void findJdk_olderJavaHome_isPassedOver() throws Exception {
    Path old = jdk("old", "17.0.1");
    Path fit = jdk("fit", "25.0.3");

    Commands.Outcome outcome =
        shell(
            ". " + ROOT + "/.mvn/find-jdk; find_jdk && echo $JAVA_HOME",
            Map.of("JAVA_HOME", old.toString(), "PEREGRINE_JDKS", old + " " + fit));

    assertThat(outcome.output().strip()).isEqualTo(fit.toString());
  }

  @Test
  void launcher_throughLinksInAPathWithSpaces_findsItself() throws Exception {
    Path place = Files.createDirectory(directory.resolve("a place"));
    Path first = Files.createSymbolicLink(place.resolve("first"), PRODUCT);
    Path second = Files.createSymbolicLink(place.resolve("second"), first.getFileName());

    assertThat(Commands.run(second.toString(), "version").output()).startsWith("peregrine ");
  }

  @Test
  void launcher_withoutAnyEnvironment_runs() {
    Commands.Outcome outcome =
        Commands.run("env", "-i", "PATH=/usr/bin:/bin", PRODUCT.toString(), "version");

    assertThat(outcome.output()).startsWith("peregrine ");
    assertThat(outcome.errors()).isEmpty();
  }

  @Test
  void launcher_javaOptionsOfApps_stayAway() {
    Map<String, String> variables =
        Map.of("JAVA_TOOL_OPTIONS", "-Dno=1", "JDK_JAVA_OPTIONS", "-nonsense", "CLASSPATH", "/x");

    Commands.Outcome outcome =
        Commands.run(List.of(PRODUCT.toString(), "version"), variables, Path.of("/"));

    assertThat(outcome.code()).isZero();
    assertThat(outcome.errors()).isEmpty();
  }

  @Test
  void product_made_hasItsAotCaches() {
    Path home = PRODUCT.resolve("../..").normalize();

    assertThat(home.resolve("server.aot")).isRegularFile();
    assertThat(home.resolve("command.aot")).isRegularFile();
  }

  private Path jdk(String name, String version) throws Exception {
    Path home = Files.createDirectories(directory.resolve(name).resolve("bin")).getParent();
    Path javac = Files.createFile(home.resolve("bin/javac"));
    assertThat(javac.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static Commands.Outcome shell(String script, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", ""));
    all.putAll(variables);
    return Commands.run(List.of("sh", "-c", script), all, Path.of("/"));
  }
}

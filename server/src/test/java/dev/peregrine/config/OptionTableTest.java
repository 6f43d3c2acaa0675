package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OptionTableTest {
  private static final Path DOCS = Path.of("..", "docs");

  /// Values other than the default, for options whose example is the default or does not exist.
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("address", "127.0.0.9"),
          Map.entry("event_loops", "77"),
          Map.entry("parallel_spawns", "77"),
          Map.entry("min_instances", "2"),
          Map.entry("max_pool_size", "9"),
          Map.entry("force_max_concurrent_requests_per_process", "5"),
          Map.entry("request_buffering", "false"),
          Map.entry("compression", "false"),
          Map.entry("esi", "false"),
          Map.entry("static_files", "false"),
          Map.entry("turbocache", "false"),
          Map.entry("friendly_error_pages", "false"),
          Map.entry("resist_deployment_errors", "false"),
          Map.entry("access_log", "json"),
          Map.entry("log_format", "json"),
          Map.entry("user", System.getProperty("user.name")),
          Map.entry("content_timeout", "77s"),
          Map.entry("shutdown_timeout", "77s"),
          Map.entry("stop_timeout", "77s"),
          Map.entry("data_buffer_dir", "."),
          Map.entry("custom_error_page", "page.html"),
          Map.entry("envvars", "A=B"));

  @TempDir Path directory;

  private String other(Option<?> option) {
    return OTHERS.getOrDefault(option.name(), option.type().example());
  }

  @Test
  void options_names_areDifferent() {
    Set<String> names = new HashSet<>();
    Stream.concat(
            OptionTable.keys().map(Option::flagOf),
            OptionTable.options().stream().flatMap(o -> o.shortFlags().stream()))
        .forEach(flag -> assertThat(names.add(flag)).as(flag).isTrue());
    Leftover.ALL.forEach(left -> assertThat(names.add(left.flag())).as(left.key()).isTrue());
  }

  @Test
  void options_all_areDocumented() {
    for (Option<?> option : OptionTable.options()) {
      assertThat(option.name()).matches("[a-z]+(_[a-z]+)*");
      assertThat(option.doc()).as(option.name()).matches("(?s)[A-Z].*\\.");
      assertThat(option.defaultText()).as(option.name()).isNotBlank();
      assertThat(option.since()).isNotBlank();
    }
  }

  @Test
  void options_examples_areRight() {
    for (Option<?> option : OptionTable.options()) {
      OptionType.Reader reader = new OptionType.Reader(directory, false);
      String example =
          option.isRepeatable() && option.type() instanceof Composites.Pairs
              ? "A=B"
              : option.type().example();
      assertThat(option.type().read(Found.text(example), reader))
          .as(option.name())
          .isInstanceOf(OptionType.Reading.Good.class);
    }
  }

  /// Every component of every record can be changed by an option, and every option changes one.
  @Test
  void options_together_reachEveryComponent() throws Exception {
    Files.writeString(directory.resolve("page.html"), "x");
    Map<String, Object> usual = leaves(new Setup(directory).config());
    Set<String> unreached = new TreeSet<>(usual.keySet());
    for (Option<?> option : OptionTable.options()) {
      Config config = new Setup(directory).flag(option.flag(), other(option)).config();
      Map<String, Object> changed = leaves(config);
      Set<String> reached = new TreeSet<>();
      usual.forEach((name, value) -> {
        if (!value.equals(changed.get(name))) {
          reached.add(name);
        }
      });
      assertThat(reached).as("what " + option.name() + " changes").isNotEmpty();
      unreached.removeAll(reached);
    }
    assertThat(unreached).containsExactly("app.root");
  }

  private static Map<String, Object> leaves(Config config) throws ReflectiveOperationException {
    Map<String, Object> leaves = new TreeMap<>();
    collect("", config, leaves);
    return leaves;
  }

  private static void collect(String prefix, Object value, Map<String, Object> leaves)
      throws ReflectiveOperationException {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      Object part = component.getAccessor().invoke(value);
      if (part instanceof Record) {
        collect(prefix + component.getName() + ".", part, leaves);
      } else {
        leaves.put(prefix + component.getName(), part);
      }
    }
  }

  @Test
  void options_all_canBeSaidInEachPlace() throws Exception {
    Files.writeString(directory.resolve("page.html"), "x");
    for (Option<?> option : OptionTable.options()) {
      if (option.hasVariable()) {
        String variable = "PEREGRINE_" + option.name().toUpperCase(Locale.ROOT);
        assertThat(new Setup(directory).variable(variable, other(option)).origin(option.name()))
            .isEqualTo(variable);
      }
      if (option.type() instanceof Composites.Pairs) {
        continue;
      }
      Setup file = new Setup(directory).yaml(option.name() + ": '" + other(option) + "'");
      assertThat(file.origin(option.name())).isEqualTo("peregrine.yaml:1:1");
      Files.delete(directory.resolve("peregrine.yaml"));
    }
  }

  @Test
  void manual_inTheRepository_isCurrent() throws Exception {
    assertCurrent(DOCS.resolve("options.md"), OptionManual.markdown());
  }

  @Test
  void schema_inTheRepository_isCurrent() throws Exception {
    assertCurrent(DOCS.resolve("peregrine.schema.json"), OptionSchema.json());
  }

  private static void assertCurrent(Path file, String text) throws Exception {
    if (Boolean.getBoolean("peregrine.write-docs")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(Files.readString(file))
        .as("run ./mvnw -pl server test -Dtest=OptionTableTest -Dperegrine.write-docs=true")
        .isEqualTo(text);
  }

  @Test
  void schema_asJson_namesEveryOption() {
    JsonNode schema = JsonMapper.shared().readTree(OptionSchema.json());
    List<String> names = OptionTable.options().stream().map(o -> o.name()).toList();
    assertThat(schema.get("properties").propertyNames()).containsExactlyElementsOf(names);
    assertThat(schema.get("properties").get("port").get("maximum").asInt()).isEqualTo(65_535);
  }
}

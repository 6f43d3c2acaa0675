package dev.peregrine.init;

import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.Start;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A directory of services as runit has it (`/etc/service`): each directory in it that holds a
/// `run` is one.
final class RunitDirectory {
  private static final String LOG = "/log";

  private final Path path;

  RunitDirectory(Path path) {
    this.path = path.toAbsolutePath();
  }

  Path path() {
    return path;
  }

  /// Whether a service of this name is the log service of another one.
  static boolean isLog(String name) {
    return name.endsWith(LOG);
  }

  /// The name of the log service of a service.
  static String logOf(String name) {
    return name + LOG;
  }

  /// The services that are there now, each after its log service. Names that begin with a dot are
  /// left out, as runit does.
  List<ServiceConfig> services() {
    List<ServiceConfig> found = new ArrayList<>();
    String[] names = path.toFile().list();
    if (names == null) {
      return found;
    }
    Arrays.sort(names);
    for (String name : names) {
      Path directory = path.resolve(name);
      if (!name.startsWith(".") && new File(directory.toFile(), "run").exists()) {
        add(found, name, directory);
      }
    }
    return found;
  }

  /// The names of the services that are there now.
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    services().forEach(service -> names.add(service.name()));
    return names;
  }

  /// The directories in it that hold no `run` yet.
  List<Path> incomplete() {
    List<Path> found = new ArrayList<>();
    File[] files = path.toFile().listFiles();
    for (File file : files == null ? new File[0] : files) {
      if (!file.getName().startsWith(".")
          && file.isDirectory()
          && !new File(file, "run").exists()) {
        found.add(file.toPath());
      }
    }
    return found;
  }

  private static void add(List<ServiceConfig> found, String name, Path directory) {
    Path log = directory.resolve("log");
    Set<String> after = Set.of();
    if (Files.exists(log.resolve("run"))) {
      after = Set.of(logOf(name));
      found.add(ServiceConfig.ofDirectory(logOf(name), log, start(log, Set.of())));
    }
    found.add(ServiceConfig.ofDirectory(name, directory, start(directory, after)));
  }

  private static Start start(Path directory, Set<String> after) {
    Readiness readiness =
        Files.isExecutable(directory.resolve("check"))
            ? new Readiness.Answers(new Probe.Exec(List.of("./check")))
            : new Readiness.Running();
    boolean isEnabled = !Files.exists(directory.resolve("down"));
    return new Start(after, readiness, Optional.empty(), isEnabled);
  }
}

package dev.peregrine.cli;

import dev.peregrine.admin.api.AdminClient;
import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.config.Config;
import dev.peregrine.config.ConfigLoader;
import dev.peregrine.config.ConfigResult;
import dev.peregrine.config.ConfigSources;
import dev.peregrine.config.Instances;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Finds the server that a command is about: by its name, its process id, its port, or the app's
/// directory.
final class InstanceFinder {
  private static final String NAME = "--name";
  private static final String PORT = "--port";
  private static final String PID_FILE = "--pid-file";
  private static final String APP = "--app";
  private static final String INSTANCE_DIRECTORY = "PEREGRINE_INSTANCE_DIR";

  private final ParseResult parsed;
  private final Console console;
  private final Instances instances;

  InstanceFinder(ParseResult parsed, Console console) {
    this.parsed = parsed;
    this.console = console;
    this.instances = Instances.inherited(console.environment());
  }

  /// Gives a command the flags that name a server.
  static void addTo(CommandSpec spec) {
    spec.addPositional(
        Command.directory(
            "The app's directory, if the server has no name; without it the working directory."));
    addFlagsTo(spec);
  }

  /// Gives a command whose arguments are something else the same flags, and one for the directory.
  static void addFlagsWithDirectoryTo(CommandSpec spec) {
    addFlagsTo(spec);
    spec.addOption(
        Command.value("DIR", "The app's directory; without it the working directory.", APP));
  }

  private static void addFlagsTo(CommandSpec spec) {
    spec.addOption(Command.value("NAME", "Name of the server.", NAME));
    spec.addOption(Command.value("PORT", "A port that the server listens on.", "-p", PORT));
    spec.addOption(Command.value("FILE", "File with the server's process id.", PID_FILE));
  }

  /// Looks for the server.
  Located find() throws IOException {
    String name = parsed.matchedOptionValue(NAME, "");
    if (!name.isEmpty()) {
      return byName(name);
    }
    String pidFile = parsed.matchedOptionValue(PID_FILE, "");
    if (!pidFile.isEmpty()) {
      return byPidFile(console.workingDirectory().resolve(pidFile));
    }
    String port = parsed.matchedOptionValue(PORT, "");
    if (!port.isEmpty()) {
      return only(file -> listensOn(file, port), "no server listens on port " + port);
    }
    String directory = console.environment().getOrDefault(INSTANCE_DIRECTORY, "");
    Optional<Path> app = app();
    if (!directory.isEmpty() && app.isEmpty()) {
      Path path = console.workingDirectory().resolve(directory);
      return hasSocket(path) ? new Located.At(path) : nowhere("no server runs in " + path);
    }
    return byApp(app.orElse(console.workingDirectory()));
  }

  /// The app's directory, if it is named.
  private Optional<Path> app() {
    String named = parsed.matchedOptionValue(APP, "");
    if (!named.isEmpty()) {
      return Optional.of(console.workingDirectory().resolve(named));
    }
    boolean isArgument =
        parsed.hasMatchedPositional(0)
            && parsed.matchedPositional(0).paramLabel().equals(Command.DIRECTORY_LABEL);
    return isArgument ? Optional.of(Flags.directory(parsed, console)) : Optional.empty();
  }

  private Located byName(String name) throws IOException {
    Path directory = instances.directoryOf(name).normalize();
    return directory.startsWith(instances.parent()) && hasSocket(directory)
        ? new Located.At(directory)
        : nowhere("no server is called " + name);
  }

  private Located byPidFile(Path file) throws IOException {
    try {
      String pid = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      return only(
          instance -> Long.toString(instance.pid()).equals(pid),
          "no server has the process id in " + file);
    } catch (NoSuchFileException _) {
      return nowhere("no server runs: " + file + " does not exist");
    }
  }

  /// By the name that the app's directory gives, which needs no file to be read; else by what the
  /// configuration there says; else by what running servers say of themselves.
  private Located byApp(Path app) throws IOException {
    Path directory = instances.directoryOf(Instances.nameOf(app));
    if (hasSocket(directory)) {
      return new Located.At(directory);
    }
    if (Files.isDirectory(app)
        && ConfigLoader.load(
                new ConfigSources(
                    app, console.workingDirectory(), List.of(), console.environment()))
            instanceof ConfigResult.Loaded(Config config, _, _)
        && hasSocket(config.instance().directory())) {
      return new Located.At(config.instance().directory());
    }
    return only(instance -> Path.of(instance.appRoot()).equals(app), "no server runs for " + app);
  }

  private Located only(Predicate<InstanceFile> condition, String otherwise) throws IOException {
    List<Path> matching = new ArrayList<>();
    for (Path directory : instances.existing()) {
      if (hasSocket(directory) && InstanceFile.read(directory).filter(condition).isPresent()) {
        matching.add(directory);
      }
    }
    return switch (matching.size()) {
      case 0 -> nowhere(otherwise);
      case 1 -> new Located.At(matching.getFirst());
      default ->
          new Located.Nowhere(
              "more than one server fits: "
                  + String.join(", ", matching.stream().map(InstanceFinder::name).toList())
                  + "; name one with --name");
    };
  }

  private Located nowhere(String message) throws IOException {
    List<String> others = new ArrayList<>();
    for (Path directory : instances.existing()) {
      Optional<InstanceFile> file =
          hasSocket(directory) ? InstanceFile.read(directory) : Optional.empty();
      file.ifPresent(found -> others.add(name(directory) + " (" + found.appRoot() + ")"));
    }
    return new Located.Nowhere(
        others.isEmpty()
            ? message
            : message + "; there are: " + String.join(", ", others) + "; name one with --name");
  }

  private static String name(Path directory) {
    return String.valueOf(directory.getFileName());
  }

  private static boolean hasSocket(Path directory) {
    return Files.exists(directory.resolve(AdminClient.SOCKET_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean listensOn(InstanceFile file, String port) {
    return file.listeners().stream()
        .flatMap(listener -> {
          try {
            return Stream.of(Integer.toString(URI.create(listener).getPort()));
          } catch (IllegalArgumentException _) {
            return Stream.of();
          }
        })
        .anyMatch(port::equals);
  }
}

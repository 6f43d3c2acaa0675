package dev.peregrine.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds out what kind of app a directory holds, by what the operator says and else by its files.
///
/// The first of these that holds decides: a start command, a kind and a startup file, `config.ru`,
/// a WSGI module, `package.json` whose `start` is a plain `node FILE`, a Node.js file of a usual
/// name, any other `start` or `main` of `package.json`, the `web` line of a `Procfile`.
public final class AppDetector {
  private static final List<String> RUBY_FILES = List.of("config.ru");
  private static final List<String> PYTHON_FILES =
      List.of("passenger_wsgi.py", "wsgi.py", "app.py");
  private static final List<String> NODE_NAMES = List.of("app", "server", "index");
  private static final List<String> NODE_EXTENSIONS =
      List.of("js", "mjs", "cjs", "ts", "mts", "cts");

  private final AppConfig config;
  private final Path root;

  private AppDetector(AppConfig config) {
    this.config = config;
    this.root = config.root().toAbsolutePath().normalize();
  }

  /// Looks at the app's directory; reads a few small files of it.
  public static Detection detect(AppConfig config) {
    return new AppDetector(config).detect();
  }

  private Detection detect() {
    if (!Files.isDirectory(root)) {
      return new Detection.Invalid(
          root + ": no such directory", "an app's directory", "give the path of one");
    }
    if (config.startCommand().isPresent()) {
      return byCommand(config.startCommand().get());
    }
    if (config.startupFile().isPresent()) {
      return byStartupFile(config.startupFile().get());
    }
    if (config.type().isPresent()) {
      return byType(config.type().get());
    }
    for (AppType type : AppType.values()) {
      Optional<App> app = ofType(type);
      if (app.isPresent()) {
        return new Detection.Found(app.get());
      }
    }
    List<String> lookedFor = new ArrayList<>();
    for (AppType type : AppType.values()) {
      lookedFor.addAll(lookedFor(type));
    }
    return new Detection.NotFound(root, lookedFor);
  }

  private Detection byCommand(String command) {
    Optional<AppType> type = config.type();
    if (type.isPresent() && type.get() != AppType.GENERIC) {
      return new Detection.Invalid(
          "app_start_command together with app_type " + name(type.get()),
          "app_type generic, or none",
          "remove one of the two");
    }
    return generic(command);
  }

  private Detection byStartupFile(String name) {
    Path file = root.resolve(name).normalize();
    if (!Files.isRegularFile(file)) {
      return new Detection.Invalid(
          "startup_file: " + name + ": no such file in " + root,
          "a file that defines the app",
          "set startup_file to the path of one, relative to the app's directory");
    }
    Optional<AppType> type = config.type().or(() -> typeOf(name));
    if (type.isEmpty() || type.get() == AppType.GENERIC) {
      return new Detection.Invalid(
          "startup_file: " + name,
          "a name that ends in .ru, .py, " + dotted(NODE_EXTENSIONS),
          "set app_type to ruby, python or node, or use app_start_command");
    }
    return found(type.get(), file);
  }

  private Detection byType(AppType type) {
    Optional<App> app = ofType(type);
    if (app.isPresent()) {
      return new Detection.Found(app.get());
    }
    return new Detection.NotFound(root, lookedFor(type));
  }

  private Optional<App> ofType(AppType type) {
    return switch (type) {
      case RUBY -> firstFile(RUBY_FILES).map(file -> app(AppType.RUBY, file));
      case PYTHON -> WsgiFile.find(root, PYTHON_FILES).map(file -> app(AppType.PYTHON, file));
      case NODE -> nodeApp();
      case GENERIC -> Procfile.webCommand(root).map(this::genericApp);
    };
  }

  private Optional<App> nodeApp() {
    PackageJson description = PackageJson.read(root.resolve("package.json"));
    Optional<Path> started =
        description.startedFile().map(name -> root.resolve(name).normalize()).flatMap(this::module);
    if (started.isPresent()) {
      return started.map(file -> app(AppType.NODE, file));
    }
    for (String extension : NODE_EXTENSIONS) {
      for (String name : NODE_NAMES) {
        Path file = root.resolve(name + "." + extension);
        if (Files.isRegularFile(file)) {
          return Optional.of(app(AppType.NODE, file));
        }
      }
    }
    if (description.start().isPresent()) {
      return Optional.of(genericApp("npm start --silent"));
    }
    return description
        .main()
        .map(name -> root.resolve(name).normalize())
        .flatMap(this::module)
        .map(file -> app(AppType.NODE, file));
  }

  /// Finds the file that Node.js would run for a path whose extension may be left out.
  private Optional<Path> module(Path path) {
    if (Files.isRegularFile(path)) {
      return Optional.of(path);
    }
    for (String suffix : List.of(".js", "/index.js")) {
      Path file = Path.of(path + suffix);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private Optional<Path> firstFile(List<String> names) {
    return names.stream().map(root::resolve).filter(Files::isRegularFile).findFirst();
  }

  private Detection found(AppType type, Path file) {
    return new Detection.Found(app(type, file));
  }

  private Detection generic(String command) {
    return new Detection.Found(genericApp(command));
  }

  private App app(AppType type, Path file) {
    return new App(root, type, Optional.of(file), Optional.empty());
  }

  private App genericApp(String command) {
    return new App(root, AppType.GENERIC, Optional.empty(), Optional.of(command));
  }

  private static Optional<AppType> typeOf(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (extension.equals("ru") || extension.equals("rb")) {
      return Optional.of(AppType.RUBY);
    }
    if (extension.equals("py")) {
      return Optional.of(AppType.PYTHON);
    }
    return NODE_EXTENSIONS.contains(extension) ? Optional.of(AppType.NODE) : Optional.empty();
  }

  private static List<String> lookedFor(AppType type) {
    return switch (type) {
      case RUBY -> RUBY_FILES;
      case PYTHON ->
          List.of(
              "passenger_wsgi.py",
              "wsgi.py or app.py with application or app",
              "manage.py with DIRECTORY/wsgi.py");
      case NODE -> List.of("app.js, server.js or index.js", "package.json with start or main");
      case GENERIC -> List.of("Procfile with web");
    };
  }

  private static String name(AppType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String dotted(List<String> extensions) {
    return "." + String.join(", .", extensions);
  }
}

package dev.peregrine.config;

import dev.peregrine.config.LogConfig.AccessFormat;
import dev.peregrine.config.LogConfig.EventFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The options of logs, and how they become a [LogConfig].
final class LogOptions {
  static final Option<Path> LOG_FILE =
      Option.of(
              Section.LOG,
              "log_file",
              new Texts.FilePath(),
              "File of the server's event lines and of the app's output; /dev/stdout and"
                  + " /dev/stderr are understood.")
          .derived(
              "standard output; with `daemonize` peregrine.PORT.log in `log` of the app's"
                  + " directory if there is one, else in the app's directory",
              LogOptions::daemonLog);

  static final Option<EventFormat> LOG_FORMAT =
      Option.of(
              Section.LOG,
              "log_format",
              new Texts.Word<>(words("text", EventFormat.TEXT, "json", EventFormat.JSON), Map.of()),
              "Form of the event lines.")
          .byDefault(EventFormat.TEXT);

  static final Option<AccessFormat> ACCESS_LOG =
      Option.of(
              Section.LOG,
              "access_log",
              new Texts.Word<>(accessFormats(), Map.of("none", AccessFormat.OFF)),
              "Form of the access lines, one a request.")
          .byDefault(AccessFormat.OFF);

  static final Option<Path> ACCESS_LOG_FILE =
      Option.of(Section.LOG, "access_log_file", new Texts.FilePath(), "File of the access lines.")
          .absent("where the event lines go");

  static final Option<Boolean> APP_LOG_PREFIX =
      Option.of(
              Section.LOG,
              "app_log_prefix",
              new Texts.Switch(),
              "Whether each line of the app's output begins with the worker's name and process id.")
          .byDefault(false)
          .inverse("disable_log_prefix");

  static final Option<Long> LOG_MAX_SIZE =
      Option.of(
              Section.LOG,
              "log_max_size",
              new Numbers.Size(1 << 20, Long.MAX_VALUE, 1),
              "Size at which a log file is renamed to NAME.1, in place of the one before, and begun"
                  + " anew.")
          .absent("no limit");

  private LogOptions() {}

  private static Optional<Path> daemonLog(Values values) {
    if (!values.of(InstanceOptions.DAEMONIZE)) {
      return Optional.empty();
    }
    Path directory = values.surroundings().appDirectory();
    Path log = directory.resolve("log");
    String name =
        values.find(ListenOptions.SOCKET_FILE).isPresent()
            ? "peregrine.log"
            : "peregrine." + values.of(ListenOptions.PORT) + ".log";
    return Optional.of((Files.isDirectory(log) ? log : directory).resolve(name));
  }

  private static Map<String, EventFormat> words(
      String first, EventFormat one, String second, EventFormat two) {
    Map<String, EventFormat> words = new LinkedHashMap<>();
    words.put(first, one);
    words.put(second, two);
    return words;
  }

  private static Map<String, AccessFormat> accessFormats() {
    Map<String, AccessFormat> words = new LinkedHashMap<>();
    words.put("off", AccessFormat.OFF);
    words.put("common", AccessFormat.COMMON);
    words.put("combined", AccessFormat.COMBINED);
    words.put("json", AccessFormat.JSON);
    return words;
  }

  static List<Option<?>> all() {
    return List.of(LOG_FILE, LOG_FORMAT, ACCESS_LOG, ACCESS_LOG_FILE, APP_LOG_PREFIX, LOG_MAX_SIZE);
  }

  static LogConfig assemble(Values values) {
    return new LogConfig(
        values.find(LOG_FILE),
        values.of(LOG_FORMAT),
        values.of(ACCESS_LOG),
        values.find(ACCESS_LOG_FILE),
        values.of(APP_LOG_PREFIX),
        values.find(LOG_MAX_SIZE).map(OptionalLong::of).orElse(OptionalLong.empty()));
  }
}

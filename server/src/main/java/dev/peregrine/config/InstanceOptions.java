package dev.peregrine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The options of the server as a process, and how they become an [InstanceConfig].
final class InstanceOptions {
  static final Option<String> NAME =
      Option.of(
              Section.INSTANCE,
              "name",
              new Texts.Text(
                  "at most " + Instances.MAX_NAME + " letters, digits, - . and _",
                  "blog",
                  Instances::isName),
              "Name of the server, by which other commands find it.")
          .derived(
              "the app directory's name and a hash of its path",
              values -> Optional.of(Instances.nameOf(values.surroundings().appDirectory())));

  static final Option<Path> INSTANCE_DIR =
      Option.of(
              Section.INSTANCE,
              "instance_dir",
              new Texts.FilePath(),
              "Directory of the server's sockets, made with mode 0700.")
          .derived(
              "/run/peregrine/NAME as root, else `$XDG_RUNTIME_DIR`/peregrine/NAME, else in the"
                  + " temporary directory",
              values ->
                  Optional.of(Instances.of(values.surroundings()).directoryOf(values.of(NAME))));

  static final Option<Boolean> DAEMONIZE =
      Option.of(
              Section.INSTANCE,
              "daemonize",
              new Texts.Switch(),
              "Whether the server goes on in the background; the command returns once it serves.")
          .byDefault(false)
          .shortFlags("-d");

  static final Option<Path> PID_FILE =
      Option.of(
              Section.INSTANCE,
              "pid_file",
              new Texts.FilePath(),
              "File that holds the server's process id while it runs.")
          .absent("no file");

  static final Option<Duration> SHUTDOWN_TIMEOUT =
      Option.of(
              Section.INSTANCE,
              "shutdown_timeout",
              new Numbers.Time(Duration.ZERO, Duration.ofDays(1)),
              "How long running requests may take to finish once the server was told to stop.")
          .byDefault(Duration.ofSeconds(30));

  private InstanceOptions() {}

  static List<Option<?>> all() {
    return List.of(NAME, INSTANCE_DIR, DAEMONIZE, PID_FILE, SHUTDOWN_TIMEOUT);
  }

  static InstanceConfig assemble(Values values) {
    return new InstanceConfig(
        values.of(NAME),
        values.of(INSTANCE_DIR),
        values.of(DAEMONIZE),
        values.find(PID_FILE),
        values.of(SHUTDOWN_TIMEOUT));
  }
}

package dev.peregrine.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Checks that need more than one value or a look at the file system.
final class Checks {
  /// Longest path of a Unix socket, in bytes, without the closing NUL.
  private static final int MAX_SOCKET_PATH = 107;

  private final Values values;
  private final Consumer<Problem> problems;
  private final Consumer<String> warnings;

  Checks(Values values, Consumer<Problem> problems, Consumer<String> warnings) {
    this.values = values;
    this.problems = problems;
    this.warnings = warnings;
  }

  void check() {
    checkAppDirectory();
    checkPool();
    checkCache();
    checkPaths();
    checkUser();
    checkDaemonLog();
    checkAccessLog();
  }

  private void checkAppDirectory() {
    Path directory = values.surroundings().appDirectory();
    String found = null;
    if (!Files.exists(directory)) {
      found = "not there";
    } else if (!Files.isDirectory(directory)) {
      found = "not a directory";
    } else if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      found = "not readable for " + values.surroundings().userName();
    }
    if (found != null) {
      problems.accept(
          new Problem(
              new Origin.InFile(directory, 0, 0),
              "the app's directory",
              found,
              "a readable directory",
              "name the directory that holds the app"));
    }
  }

  private void checkPool() {
    if (values.areGood(PoolOptions.MIN_INSTANCES, PoolOptions.MAX_POOL_SIZE)
        && values.of(PoolOptions.MIN_INSTANCES) > values.of(PoolOptions.MAX_POOL_SIZE)) {
      report(
          PoolOptions.MIN_INSTANCES,
          values.of(PoolOptions.MIN_INSTANCES).toString(),
          "at most max_pool_size, which is "
              + values.of(PoolOptions.MAX_POOL_SIZE)
              + " by "
              + values.origin(PoolOptions.MAX_POOL_SIZE).describe(),
          "lower it, or raise max_pool_size");
    }
    if (values.areGood(PoolOptions.MEMORY_LIMIT, PoolOptions.HARD_MEMORY_LIMIT)) {
      Optional<Long> soft = values.of(PoolOptions.MEMORY_LIMIT);
      Optional<Long> hard = values.of(PoolOptions.HARD_MEMORY_LIMIT);
      if (soft.isPresent() && hard.isPresent() && hard.get() < soft.get()) {
        report(
            PoolOptions.HARD_MEMORY_LIMIT,
            PoolOptions.HARD_MEMORY_LIMIT.type().show(hard),
            "at least memory_limit, which is " + PoolOptions.MEMORY_LIMIT.type().show(soft),
            "raise it, or lower memory_limit");
      }
    }
  }

  private void checkCache() {
    if (values.areGood(CacheOptions.TURBOCACHE_MAX_ENTRY_SIZE, CacheOptions.TURBOCACHE_SIZE)
        && values.of(CacheOptions.TURBOCACHE_MAX_ENTRY_SIZE)
            > values.of(CacheOptions.TURBOCACHE_SIZE)) {
      Option<Long> size = CacheOptions.TURBOCACHE_SIZE;
      Option<Long> entry = CacheOptions.TURBOCACHE_MAX_ENTRY_SIZE;
      report(
          entry,
          entry.type().show(values.of(entry)),
          "at most turbocache_size, which is " + size.type().show(values.of(size)),
          "lower it, or raise turbocache_size");
    }
  }

  private void checkPaths() {
    checkSocketFile();
    checkDirectory(RequestOptions.DATA_BUFFER_DIR);
    checkParent(InstanceOptions.PID_FILE);
    checkParent(LogOptions.LOG_FILE);
    checkParent(LogOptions.ACCESS_LOG_FILE);
    values
        .find(RequestOptions.CUSTOM_ERROR_PAGE)
        .filter(page -> !Files.isRegularFile(page) || !Files.isReadable(page))
        .ifPresent(page ->
            report(
                RequestOptions.CUSTOM_ERROR_PAGE,
                Escaped.text(page.toString()),
                "a readable file",
                "name the HTML file"));
    boolean isNamed = values.rank(RequestOptions.STATIC_FILES_DIR) != Values.DEFAULT_RANK;
    if (isNamed
        && values.find(RequestOptions.STATIC_FILES_DIR).filter(Files::isDirectory).isEmpty()) {
      warnings.accept(
          values.origin(RequestOptions.STATIC_FILES_DIR).describe()
              + ": static_files_dir is not there yet");
    }
  }

  private void checkSocketFile() {
    Optional<Path> socket = values.find(ListenOptions.SOCKET_FILE);
    if (socket.isEmpty()) {
      return;
    }
    int length = socket.get().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      report(
          ListenOptions.SOCKET_FILE,
          "a path of " + length + " bytes",
          "at most " + MAX_SOCKET_PATH,
          "choose a shorter path");
    } else {
      checkParent(ListenOptions.SOCKET_FILE);
    }
  }

  private void checkDirectory(Option<Path> option) {
    Optional<Path> directory = values.find(option);
    if (directory.isPresent()
        && !(Files.isDirectory(directory.get()) && Files.isWritable(directory.get()))) {
      report(
          option,
          Escaped.text(directory.get().toString()),
          "a directory that can be written to",
          "make it, or name another");
    }
  }

  private void checkParent(Option<Path> option) {
    Optional<Path> file = values.find(option);
    if (file.isEmpty() || values.rank(option) == Values.DEFAULT_RANK) {
      return;
    }
    Path parent = file.get().getParent();
    if (Files.isDirectory(file.get()) || parent == null || !Files.isDirectory(parent)) {
      report(
          option,
          Escaped.text(file.get().toString()),
          "a file in a directory that exists",
          "make the directory, or name another");
    }
  }

  private void checkUser() {
    Optional<String> user = values.find(AppOptions.USER);
    Surroundings surroundings = values.surroundings();
    if (user.isPresent() && !surroundings.isRoot() && !user.get().equals(surroundings.userName())) {
      report(
          AppOptions.USER,
          user.get(),
          "no other account than " + surroundings.userName() + ", since only root can change it",
          "start as root, or remove it");
    }
  }

  private void checkDaemonLog() {
    Optional<Path> log = values.find(LogOptions.LOG_FILE);
    if (values.of(InstanceOptions.DAEMONIZE) && log.isPresent() && log.get().startsWith("/dev")) {
      report(
          LogOptions.LOG_FILE,
          log.get().toString(),
          "a file, since a daemon has no terminal",
          "name a file, or start without daemonize");
    }
  }

  private void checkAccessLog() {
    if (values.find(LogOptions.ACCESS_LOG_FILE).isPresent()
        && values.of(LogOptions.ACCESS_LOG) == LogConfig.AccessFormat.OFF) {
      warnings.accept(
          values.origin(LogOptions.ACCESS_LOG_FILE).describe()
              + ": access_log_file has no effect while access_log is off");
    }
  }

  private void report(Option<?> option, String found, String expected, String remedy) {
    problems.accept(new Problem(values.origin(option), option.name(), found, expected, remedy));
  }
}

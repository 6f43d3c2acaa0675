package dev.peregrine.server;

import dev.peregrine.config.LogConfig;
import dev.peregrine.log.AccessLog;
import dev.peregrine.log.AppOutput;
import dev.peregrine.log.EventLog;
import dev.peregrine.log.LibraryLog;
import dev.peregrine.log.LogSink;
import dev.peregrine.log.LogTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The log files that are open and what is written to them.
final class Logs implements AutoCloseable {
  private final LogSink main;
  private final LogSink access;
  final EventLog events;
  final AccessLog requests;
  final AppOutput output;

  private Logs(LogConfig config, LogSink main, LogSink access) {
    this.main = main;
    this.access = access;
    this.events = EventLog.to(main, eventFormat(config));
    this.requests = accessLog(config, access);
    this.output = new AppOutput(main, events, config.appPrefix());
  }

  static Logs open(LogConfig config) throws IOException {
    LogSink main = LogSink.open(target(config, config.file()));
    LogSink access =
        config.accessLogFile().isPresent()
            ? LogSink.open(target(config, config.accessLogFile()))
            : main;
    Logs logs = new Logs(config, main, access);
    LibraryLog.install(logs.events);
    return logs;
  }

  /// Opens the files anew, after somebody renamed them.
  void reopen() {
    main.reopen();
    if (access != main) {
      access.reopen();
    }
    events.info("log.reopened");
  }

  @Override
  public void close() {
    if (access != main) {
      access.close();
    }
    main.close();
  }

  private static LogTarget target(LogConfig config, Optional<Path> file) {
    return switch (file.map(Path::toString).orElse("/dev/stdout")) {
      case "/dev/stdout" -> new LogTarget.Stdout();
      case "/dev/stderr" -> new LogTarget.Stderr();
      default -> new LogTarget.File(file.orElseThrow(), config.maxFileBytes());
    };
  }

  private static EventLog.Format eventFormat(LogConfig config) {
    return switch (config.format()) {
      case JSON -> EventLog.Format.JSON;
      case TEXT -> config.file().isPresent() ? EventLog.Format.TIMED_TEXT : EventLog.Format.TEXT;
    };
  }

  private static AccessLog accessLog(LogConfig config, LogSink sink) {
    return switch (config.accessLog()) {
      case OFF -> AccessLog.off();
      case COMMON -> AccessLog.to(sink, AccessLog.Format.COMMON);
      case COMBINED -> AccessLog.to(sink, AccessLog.Format.COMBINED);
      case JSON -> AccessLog.to(sink, AccessLog.Format.JSON);
    };
  }
}

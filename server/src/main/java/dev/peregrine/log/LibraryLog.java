package dev.peregrine.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/// What libraries report through `java.util.logging`, from warnings on, as events of the server's
/// log. Callable from any thread.
public final class LibraryLog extends Handler {
  private final Formatter formatter = new SimpleFormatter();
  private final EventLog log;

  private LibraryLog(EventLog log) {
    this.log = log;
  }

  /// Takes the place of the process's handlers, which print several lines to standard error.
  public static void install(EventLog log) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LibraryLog(log));
  }

  @Override
  public void publish(@Nullable LogRecord entry) {
    if (entry == null || entry.getLevel().intValue() < java.util.logging.Level.WARNING.intValue()) {
      return;
    }
    log.warn(
        "library.reported",
        "logger",
        entry.getLoggerName(),
        "message",
        formatter.formatMessage(entry),
        "error",
        entry.getThrown());
  }

  @Override
  public void flush() {
    // Every event is handed over at once.
  }

  @Override
  public void close() {
    // The log is its owner's to close.
  }
}

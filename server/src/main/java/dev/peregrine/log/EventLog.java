package dev.peregrine.log;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The server's own log: one event a line, `name key=value ...`, or one JSON object a line.
///
/// Callable from any thread, event loops included: a line is made by the caller and handed to the
/// sink's thread; it is dropped, and counted, if that one does not keep up. Every value is taken
/// for text from outside and escaped.
///
/// ```
/// log.warn("worker.exited", "app", "blog", "pid", 412, "uptime", Duration.ofMillis(3200));
/// level=warn worker.exited app=blog pid=412 uptime=3.2s      (after the time, if asked for)
/// ```
public final class EventLog {
  /// How an event is written.
  public enum Format {
    /// `name key=value ...`.
    TEXT,
    /// `TIME name key=value ...`.
    TIMED_TEXT,
    /// `{"time":...,"level":...,"event":...,KEY:VALUE...}`.
    JSON
  }

  private static final int MAX_FRAMES = 60;

  private final Format format;
  private final Clock clock;
  private final Consumer<byte[]> out;

  private EventLog(Format format, Clock clock, Consumer<byte[]> out) {
    this.format = format;
    this.clock = clock;
    this.out = out;
  }

  /// A log that writes to a sink; the sink stays its owner's to close.
  public static EventLog to(LogSink sink, Format format) {
    return new EventLog(format, Clock.systemUTC(), line -> sink.offer(new LogSink.Ready(line)));
  }

  /// A log that hands each line, without its line end, to a consumer at once; for tests and tools.
  public static EventLog to(Consumer<String> lines, Format format, Clock clock) {
    return new EventLog(
        format,
        clock,
        line -> lines.accept(new String(line, 0, line.length - 1, StandardCharsets.UTF_8)));
  }

  /// A log that nobody reads.
  public static EventLog discarding() {
    return new EventLog(Format.TEXT, Clock.systemUTC(), _ -> {});
  }

  /// Logs part of normal life; fields are names and values in turn.
  public void info(String name, @Nullable Object... fields) {
    log(Level.INFO, name, fields);
  }

  /// Logs what somebody should look at.
  public void warn(String name, @Nullable Object... fields) {
    log(Level.WARN, name, fields);
  }

  /// Logs what was not done that should have been.
  public void error(String name, @Nullable Object... fields) {
    log(Level.ERROR, name, fields);
  }

  /// Logs one event. A value of null or an empty `Optional` leaves its field out; a `Throwable` is
  /// written as its chain of messages, with the field `trace` for the frames.
  public void log(Level level, String name, @Nullable Object... fields) {
    LineBuffer line = new LineBuffer(160);
    boolean isJson = format == Format.JSON;
    if (isJson) {
      line.put("{\"time\":\"").put(time()).put("\",\"level\":\"").put(level.label());
      line.put("\",\"event\":").json(name);
    } else {
      if (format == Format.TIMED_TEXT) {
        line.put(time()).put(' ');
      }
      if (level != Level.INFO) {
        line.put("level=").put(level.label()).put(' ');
      }
      line.escaped(name);
    }
    for (int i = 0; i + 1 < fields.length; i += 2) {
      field(line, String.valueOf(fields[i]), fields[i + 1]);
    }
    out.accept(line.put(isJson ? "}\n" : "\n").toByteArray());
  }

  private void field(LineBuffer line, String key, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Optional<?> optional -> {
        if (optional.isPresent()) {
          field(line, key, optional.get());
        }
      }
      case Throwable failure -> {
        pair(line, key, messages(failure), false);
        pair(line, "trace", frames(failure), false);
      }
      case Duration duration -> {
        if (format == Format.JSON) {
          pair(line, key, Double.toString(duration.toNanos() / 1e9), true);
        } else {
          pair(line, key, shown(duration), false);
        }
      }
      case Number number -> pair(line, key, number.toString(), true);
      case Boolean flag -> pair(line, key, flag.toString(), true);
      default -> pair(line, key, value.toString(), false);
    }
  }

  private void pair(LineBuffer line, String key, String value, boolean isBare) {
    if (format == Format.JSON) {
      line.put(',').json(key).put(':');
      if (isBare) {
        line.put(value);
      } else {
        line.json(value);
      }
    } else {
      line.put(' ').escaped(key).put('=').value(value);
    }
  }

  private String time() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static String shown(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (Math.abs(seconds) < 1) {
      return Math.round(seconds * 1000) + "ms";
    }
    return Math.round(seconds * 10) / 10.0 + "s";
  }

  private static String messages(Throwable failure) {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth < 8; cause = cause.getCause()) {
      if (depth++ > 0) {
        text.append("; caused by ");
      }
      text.append(cause);
    }
    return text.toString();
  }

  private static String frames(Throwable failure) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (count++ == MAX_FRAMES) {
        break;
      }
      text.append(text.isEmpty() ? "" : " | ").append(frame);
    }
    return text.toString();
  }
}

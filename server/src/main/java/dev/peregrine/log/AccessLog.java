package dev.peregrine.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The log of answered requests, one a line. Called on event loops: an entry goes into the sink's
/// queue and is formatted on the sink's thread; it is dropped and counted if the queue is full.
public final class AccessLog {
  /// The shape of a line.
  public enum Format {
    /// The NCSA Common Log Format.
    COMMON,
    /// Common, with `Referer` and `User-Agent`.
    COMBINED,
    /// One JSON object with every field.
    JSON
  }

  private static final DateTimeFormatter COMMON_TIME =
      DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final @Nullable LogSink sink;
  private final Format format;

  // Owned by the sink's thread.
  private long shownSecond = Long.MIN_VALUE;
  private String shownTime = "";

  private AccessLog(@Nullable LogSink sink, Format format) {
    this.sink = sink;
    this.format = format;
  }

  /// A log that writes to a sink; the sink stays its owner's to close.
  public static AccessLog to(LogSink sink, Format format) {
    return new AccessLog(sink, format);
  }

  /// A log that is switched off.
  public static AccessLog off() {
    return new AccessLog(null, Format.COMMON);
  }

  /// Whether entries are written; the caller need not make any if not.
  public boolean isOn() {
    return sink != null;
  }

  /// Writes one entry.
  public void record(AccessEntry entry) {
    if (sink != null) {
      sink.offer(new Pending(this, entry));
    }
  }

  /// An entry that is formatted when its turn comes.
  private record Pending(AccessLog log, AccessEntry entry) implements LogSink.Line {
    @Override
    public void appendTo(LineBuffer out) {
      log.append(entry, out);
    }

    @Override
    public int weight() {
      return 256 + entry.target().length();
    }
  }

  void append(AccessEntry entry, LineBuffer out) {
    switch (format) {
      case COMMON -> common(entry, out);
      case COMBINED -> {
        common(entry, out);
        quoted(entry.referer(), out);
        quoted(entry.userAgent(), out);
      }
      case JSON -> json(entry, out);
    }
    out.put('\n');
  }

  private void common(AccessEntry entry, LineBuffer out) {
    out.wire(entry.remoteAddress()).put(" - - ").put(time(entry.epochMillis())).put(" \"");
    out.wire(entry.method()).put(' ').wire(entry.target()).put(" HTTP/1.");
    out.put(entry.minorVersion()).put("\" ").put(entry.status()).put(' ');
    if (entry.contentBytes() == 0) {
      out.put('-');
    } else {
      out.put(entry.contentBytes());
    }
  }

  private static void quoted(@Nullable String value, LineBuffer out) {
    out.put(" \"").wire(value == null ? "-" : value).put('"');
  }

  private static void json(AccessEntry entry, LineBuffer out) {
    out.put("{\"time\":\"").put(Instant.ofEpochMilli(entry.epochMillis()).toString());
    out.put("\",\"remote_address\":").json(entry.remoteAddress());
    out.put(",\"method\":").json(entry.method()).put(",\"target\":").json(entry.target());
    out.put(",\"protocol\":\"HTTP/1.").put(entry.minorVersion()).put('"');
    out.put(",\"host\":").json(entry.host()).put(",\"status\":").put(entry.status());
    out.put(",\"bytes\":").put(entry.contentBytes());
    out.put(",\"duration_us\":").put(entry.durationNanos() / 1000);
    out.put(",\"request_id\":").json(entry.requestId());
    optional(",\"referer\":", entry.referer(), out);
    optional(",\"user_agent\":", entry.userAgent(), out);
    optional(",\"worker\":", entry.worker(), out);
    out.put('}');
  }

  private static void optional(String name, @Nullable String value, LineBuffer out) {
    if (value != null) {
      out.put(name).json(value);
    }
  }

  private String time(long epochMillis) {
    long second = Math.floorDiv(epochMillis, 1000);
    if (second != shownSecond) {
      shownSecond = second;
      shownTime = COMMON_TIME.format(Instant.ofEpochSecond(second));
    }
    return shownTime;
  }
}

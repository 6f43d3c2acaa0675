package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.log.EventLog;
import dev.peregrine.process.posix.Posix;
import java.time.Clock;
import java.util.Arrays;

/// Writes init's own lines to standard error, without ever waiting for who reads them: a line that
/// cannot be written now is lost, for init must go on.
final class Talker {
  private static final int STDERR = 2;
  private static final int MAX_LINE = 4096; // what a writable pipe takes at once

  private Talker() {}

  static EventLog log(Options.Talk talk) {
    return EventLog.to(
        line -> {
          if (talk != Options.Talk.QUIET || line.startsWith("level=")) {
            write(line);
          }
        },
        EventLog.Format.TEXT,
        Clock.systemUTC());
  }

  private static void write(String line) {
    say("init: " + line);
  }

  /// Writes a line as it is.
  static void say(String line) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    if (Posix.isWritable(STDERR)) {
      Posix.write(STDERR, bytes.length <= MAX_LINE ? bytes : Arrays.copyOf(bytes, MAX_LINE));
    }
  }
}

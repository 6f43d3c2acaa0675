package dev.peregrine.pool;

import dev.peregrine.pool.WorkerSource.Vitals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads `/proc/PID/stat`.
final class ProcessVitals {
  private static final int STATE = 0;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private ProcessVitals() {}

  /// What the kernel says of a process; the resident bytes are known to the caller.
  static Vitals of(int pid, long residentBytes) {
    String text;
    try {
      text = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return Vitals.GONE;
    }
    return parse(text, residentBytes);
  }

  /// The name of the program stands in brackets and may hold anything: fields count from the last
  /// bracket.
  static Vitals parse(String text, long residentBytes) {
    String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= SYSTEM_TICKS) {
      return Vitals.GONE;
    }
    char state = fields[STATE].charAt(0);
    boolean isAlive = state != 'Z' && state != 'X';
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return new Vitals(isAlive, state == 'T', residentBytes, ticks);
  }
}

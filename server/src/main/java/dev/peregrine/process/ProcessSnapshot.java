package dev.peregrine.process;

import dev.peregrine.process.posix.Posix;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One look at a process through `/proc/PID/stat`.
///
/// @param pid process id
/// @param name first 15 bytes of the program's name
/// @param state letter of its state, such as `S` sleeping, `T` stopped, `Z` ended but not reaped
/// @param parent process id of the parent
/// @param group process group
/// @param session session
/// @param userTime processor time in the program
/// @param systemTime processor time in the kernel
/// @param threads number of threads
/// @param residentBytes memory it holds, shared memory included
public record ProcessSnapshot(
    int pid,
    String name,
    char state,
    int parent,
    int group,
    int session,
    Duration userTime,
    Duration systemTime,
    int threads,
    long residentBytes) {
  private static final long TICK_NANOS = 1_000_000_000L / Posix.clockTicks();
  private static final long PAGE_SIZE = Posix.pageSize();

  /// The process of an id, if there is one.
  public static Optional<ProcessSnapshot> of(int pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
      return parse(pid, new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// All processes of the machine (of the container).
  public static List<ProcessSnapshot> all() {
    String[] names = new File("/proc").list();
    List<ProcessSnapshot> all = new ArrayList<>();
    for (String name : names == null ? new String[0] : names) {
      if (name.chars().allMatch(Character::isDigit)) {
        of(Integer.parseInt(name)).ifPresent(all::add);
      }
    }
    return all;
  }

  /// The processes of a group.
  public static List<ProcessSnapshot> ofGroup(int group) {
    return all().stream().filter(process -> process.group == group).toList();
  }

  static Optional<ProcessSnapshot> parse(int pid, String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')'); // the name may hold anything
    if (open < 0 || close + 2 >= stat.length()) {
      return Optional.empty();
    }
    List<String> fields = List.of(stat.substring(close + 2).trim().split(" ", -1));
    return Optional.of(
        new ProcessSnapshot(
            pid,
            stat.substring(open + 1, close),
            fields.get(0).charAt(0),
            Integer.parseInt(fields.get(1)),
            Integer.parseInt(fields.get(2)),
            Integer.parseInt(fields.get(3)),
            Duration.ofNanos(Long.parseLong(fields.get(11)) * TICK_NANOS),
            Duration.ofNanos(Long.parseLong(fields.get(12)) * TICK_NANOS),
            Integer.parseInt(fields.get(17)),
            Long.parseLong(fields.get(21)) * PAGE_SIZE));
  }

  public boolean isStopped() {
    return state == 'T' || state == 't';
  }

  /// Whether it has ended and waits to be reaped.
  public boolean isZombie() {
    return state == 'Z';
  }
}

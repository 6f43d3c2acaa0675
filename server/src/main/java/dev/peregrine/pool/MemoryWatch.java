package dev.peregrine.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Tells whether the kernel killed a process for want of memory, by the counters of kills that it
/// keeps for the control group and for the machine.
final class MemoryWatch {
  private final List<Path> files;
  private long seen;

  /// Watches the counters of this process's control group.
  static MemoryWatch ofThisProcess() {
    List<Path> files = new ArrayList<>();
    for (String line : lines(Path.of("/proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && fields[0].equals("0")) {
        files.add(Path.of("/sys/fs/cgroup" + fields[2], "memory.events"));
        files.add(Path.of("/sys/fs/cgroup/memory.events"));
      } else if (fields.length == 3 && fields[1].equals("memory")) {
        files.add(Path.of("/sys/fs/cgroup/memory" + fields[2], "memory.oom_control"));
        files.add(Path.of("/sys/fs/cgroup/memory/memory.oom_control"));
      }
    }
    files.add(Path.of("/proc/vmstat"));
    return new MemoryWatch(files);
  }

  MemoryWatch(List<Path> files) {
    this.files = List.copyOf(files);
    this.seen = kills();
  }

  /// Whether there was such a kill that was not yet accounted for; accounts for one.
  synchronized boolean claimKill() {
    long kills = kills();
    if (kills <= seen) {
      return false;
    }
    seen++;
    return true;
  }

  /// The first counter that can be read decides.
  private long kills() {
    for (Path file : files) {
      OptionalLong kills = kills(file);
      if (kills.isPresent()) {
        return kills.getAsLong();
      }
    }
    return 0;
  }

  private static OptionalLong kills(Path file) {
    for (String line : lines(file)) {
      String[] words = line.split(" ", 2);
      if (words.length == 2 && words[0].equals("oom_kill")) {
        try {
          return OptionalLong.of(Long.parseLong(words[1].strip()));
        } catch (NumberFormatException _) {
          return OptionalLong.empty();
        }
      }
    }
    return OptionalLong.empty();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException _) {
      return List.of();
    }
  }
}

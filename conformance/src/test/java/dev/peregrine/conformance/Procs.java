package dev.peregrine.conformance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What `/proc` says about processes.
final class Procs {
  private Procs() {}

  static List<Long> all() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Contents of `/proc/PID/NAME`, empty when the process is gone.
  static String file(long pid, String name) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /// What the descriptors of a process refer to.
  static Stream<String> openFiles(long pid) {
    File[] descriptors = new File("/proc/" + pid + "/fd").listFiles();
    return Stream.of(descriptors == null ? new File[0] : descriptors)
        .map(Procs::target)
        .flatMap(Optional::stream);
  }

  private static Optional<String> target(File link) {
    try {
      return Optional.of(Files.readSymbolicLink(link.toPath()).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// A line of `/proc/PID/status`.
  static String status(long pid, String key) {
    return file(pid, "status")
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /// Whether the process runs; a zombie does not.
  static boolean isAlive(long pid) {
    String state = status(pid, "State");
    return !state.isEmpty() && !state.startsWith("Z") && !state.startsWith("X");
  }

  static boolean isZombie(long pid) {
    return status(pid, "State").startsWith("Z");
  }

  /// Whether TERM is held back or caught, by what the shell that sets a container up has become: to
  /// process 1 it would be lost before.
  static boolean heedsTerm(long pid) {
    long term = 1L << (15 - 1);
    return !commandLine(pid).startsWith("sh /shared")
        && ((mask(pid, "SigBlk") | mask(pid, "SigCgt")) & term) != 0;
  }

  private static long mask(long pid, String name) {
    String digits = status(pid, name);
    return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 16);
  }

  static long residentBytes(long pid) {
    String value = status(pid, "VmRSS");
    return value.isEmpty() ? 0 : Long.parseLong(value.replace(" kB", "").strip()) * 1024;
  }

  /// CPU time used so far, in clock ticks of 10 ms.
  static long cpuTicks(long pid) {
    String stat = file(pid, "stat");
    if (stat.isEmpty()) {
      return 0;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  static String commandLine(long pid) {
    return file(pid, "cmdline").replace('\0', ' ').strip();
  }

  static Optional<String> variable(long pid, String name) {
    return Stream.of(file(pid, "environ").split("\0", -1))
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst();
  }

  static long parent(long pid) {
    String value = status(pid, "PPid");
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  /// The process' children.
  static List<Long> children(long pid) {
    String[] threads = Path.of("/proc", Long.toString(pid), "task").toFile().list();
    return Stream.of(threads == null ? new String[0] : threads)
        .flatMap(thread -> Stream.of(file(pid, "task/" + thread + "/children").split(" ", -1)))
        .filter(word -> !word.isBlank())
        .map(Long::valueOf)
        .toList();
  }

  /// The process' children, their children and so on, the process itself not.
  static Set<Long> descendants(long root) {
    Set<Long> family = new LinkedHashSet<>(Set.of(root));
    List<Long> everyone = new ArrayList<>(all());
    boolean grows = true;
    while (grows) {
      grows = false;
      for (long pid : everyone) {
        if (!family.contains(pid) && family.contains(parent(pid))) {
          grows |= family.add(pid);
        }
      }
    }
    family.remove(root);
    return family;
  }

  /// Living processes that name `marker` in their environment or command line.
  static Set<Long> marked(String marker) {
    Set<Long> found = new HashSet<>();
    for (long pid : all()) {
      boolean isMarked = file(pid, "environ").contains(marker) || commandLine(pid).contains(marker);
      if (isMarked && isAlive(pid) && pid != ProcessHandle.current().pid()) {
        found.add(pid);
      }
    }
    return found;
  }

  static void signal(long pid, String name) {
    Commands.run("kill", "-" + name, Long.toString(pid));
  }

  /// Lines of the kernel's table of TCP sockets: addresses, ports and states in hexadecimal.
  private static Stream<String[]> tcpSockets() {
    return Stream.of("tcp", "tcp6")
        .flatMap(name -> Commands.text(Path.of("/proc/net", name)).lines().skip(1))
        .map(line -> line.strip().split("\\s+", -1));
  }

  /// Whether a connection from this local port is established.
  static boolean isEstablished(int localPort) {
    String end = ":%04X".formatted(localPort);
    return tcpSockets().anyMatch(fields -> fields[1].endsWith(end) && fields[3].equals("01"));
  }

  /// Whether the process listens on any TCP port.
  static boolean listensOnTcp(long pid) {
    Set<String> open = openFiles(pid).collect(Collectors.toSet());
    return tcpSockets()
        .filter(fields -> fields[3].equals("0A"))
        .anyMatch(fields -> open.contains("socket:[" + fields[9] + "]"));
  }
}

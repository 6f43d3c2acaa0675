package dev.peregrine.cli;

import dev.peregrine.config.Config;
import dev.peregrine.config.Demand;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Whether the machine has what the configuration asks of it: descriptors, processes, memory, disk.
final class HostChecks {
  private static final long MIB = 1024 * 1024;

  /// Descriptors of a client's connection with its share of worker connections, and of everything
  /// else.
  private static final int DESCRIPTORS_A_CONNECTION = 2;

  private static final int OTHER_DESCRIPTORS = 200;

  /// What a worker of a middling app takes, and the server itself.
  private static final long WORKER_BYTES = 100 * MIB;

  private static final long SERVER_BYTES = 90 * MIB;
  private static final long BUFFER_BYTES = 1024 * MIB;
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private final Config config;
  private final Demand demand;
  private final Consumer<Finding> findings;

  HostChecks(Config config, Consumer<Finding> findings) {
    this.config = config;
    this.demand = Demand.of(config);
    this.findings = findings;
  }

  void check() {
    descriptors();
    processes();
    memory();
    disk();
    transport();
  }

  private void descriptors() {
    long wanted = (long) demand.connections() * DESCRIPTORS_A_CONNECTION + OTHER_DESCRIPTORS;
    Optional<Long> limit = HostFacts.field(LIMITS, "Max open files");
    if (limit.isPresent() && limit.get() < wanted) {
      findings.accept(
          Finding.warn(
              "limits",
              limit.get() + " open files are allowed; max_connections can use " + wanted,
              "ulimit -n " + wanted + ", LimitNOFILE= in the unit file, or lower max_connections"));
    } else {
      findings.accept(
          Finding.ok("limits", "open files: " + limit.map(String::valueOf).orElse("unlimited")));
    }
  }

  private void processes() {
    long wanted = 2L * demand.workers() * (config.app().threads() + 8L) + 100;
    HostFacts.field(LIMITS, "Max processes")
        .filter(limit -> limit < wanted)
        .ifPresent(limit ->
            findings.accept(
                Finding.warn(
                    "limits",
                    limit + " processes are allowed; a restart at max_pool_size can use " + wanted,
                    "ulimit -u "
                        + wanted
                        + ", TasksMax= in the unit file, or lower"
                        + " max_pool_size")));
  }

  private void memory() {
    long available = HostFacts.field(Path.of("/proc/meminfo"), "MemAvailable:").orElse(0L) * 1024;
    long group =
        Stream.of("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
            .flatMap(file -> HostFacts.number(Path.of(file)).stream())
            .findFirst()
            .orElse(Long.MAX_VALUE);
    long memory = Math.min(available == 0 ? Long.MAX_VALUE : available, group);
    if (memory == Long.MAX_VALUE) {
      return;
    }
    long worker = demand.workerBytes().orElse(WORKER_BYTES);
    long wanted = SERVER_BYTES + worker * demand.workers();
    String text =
        Text.bytes(memory)
            + " of memory, "
            + demand.workers()
            + " workers of "
            + Text.bytes(worker)
            + " would use "
            + Text.bytes(wanted);
    findings.accept(
        wanted > memory
            ? Finding.warn("memory", text, "lower max_pool_size, or set memory_limit")
            : Finding.ok("memory", text));
  }

  private void disk() {
    Path directory = demand.bufferDirectory();
    try {
      FileStore store = Files.getFileStore(directory);
      long free = store.getUsableSpace();
      String text = Text.bytes(free) + " free for large content in " + directory;
      if (free < BUFFER_BYTES) {
        findings.accept(Finding.warn("disk", text, "free some, or name another data_buffer_dir"));
      } else if (store.type().equals("tmpfs")) {
        findings.accept(
            Finding.warn("disk", text + ", which is memory", "name a data_buffer_dir on a disk"));
      } else {
        findings.accept(Finding.ok("disk", text));
      }
    } catch (IOException e) {
      findings.accept(
          Finding.error("disk", directory + ": " + e.getMessage(), "name another data_buffer_dir"));
    }
  }

  private void transport() {
    String machine = System.getProperty("os.arch", "");
    boolean isLinux = System.getProperty("os.name", "").equals("Linux");
    String library =
        "META-INF/native/libnetty_transport_native_epoll_"
            + (machine.equals("amd64") ? "x86_64" : "aarch_64")
            + ".so";
    boolean hasLibrary = HostChecks.class.getClassLoader().getResource(library) != null;
    String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
    if (isLinux && hasLibrary) {
      findings.accept(Finding.ok("kernel", kernel + " on " + machine + ": epoll"));
    } else {
      findings.accept(
          Finding.warn(
              "kernel",
              kernel + " on " + machine + ": no epoll, sockets are slower",
              "run on Linux on amd64 or aarch64"));
    }
  }
}

package dev.peregrine.pool;

import dev.peregrine.app.AppProblem;
import dev.peregrine.app.LaunchPlan;
import dev.peregrine.log.AppOutput;
import dev.peregrine.log.EventLog;
import dev.peregrine.process.Credentials;
import dev.peregrine.process.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Workers that are real processes: planned by the app's kind, started in a directory of their own,
/// heard on the control socket.
public final class ProcessWorkerSource implements WorkerSource {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int PORT_ATTEMPTS = 100;

  private final Plans plans;
  private final Surroundings surroundings;
  private final Processes processes;
  private final ControlServer control;
  private final Timing timing;
  private final Executor executor;
  private final AppOutput output;
  private final EventLog log;
  private final MemoryWatch memory = MemoryWatch.ofThisProcess();
  private final Set<Integer> ports = new HashSet<>(); // guarded by itself
  private final Set<String> noticed = ConcurrentHashMap.newKeySet();

  /// Makes a source; nothing is started or written yet.
  ///
  /// @param executor runs blocking tasks, each on a virtual thread
  /// @param output where the workers' output goes
  public ProcessWorkerSource(
      Plans plans,
      Surroundings surroundings,
      Processes processes,
      ControlServer control,
      Timing timing,
      Executor executor,
      AppOutput output,
      EventLog log) {
    this.plans = plans;
    this.surroundings = surroundings;
    this.processes = processes;
    this.control = control;
    this.timing = timing;
    this.executor = executor;
    this.output = output;
    this.log = log;
  }

  /// Makes the directory of the workers' sockets, empty, and lets the workers' account reach it and
  /// the control socket, which has to listen by now.
  public void prepare() throws IOException {
    Path workers = surroundings.workersDirectory();
    deleteTree(workers);
    Files.createDirectory(
        workers,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (surroundings.account().isPresent()) {
      letPass(workers);
      Path parent = workers.getParent();
      if (parent != null) {
        letPass(parent);
      }
      control.admit(surroundings.account().get().uid());
    }
  }

  /// Lets others pass through a directory, but not list it.
  private static void letPass(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @Override
  public WorkerHandle start(String name, WorkerListener listener) {
    WorkerProcess process = new WorkerProcess(this, name, listener);
    executor.execute(process::run);
    return process;
  }

  /// Plans a start; what the operator should know of the plan is logged the first time.
  LaunchPlan plan() throws AppProblem {
    LaunchPlan plan = plans.plan();
    for (String notice : plan.notices()) {
      if (noticed.add(notice)) {
        log.info("app.notice", "notice", notice);
      }
    }
    return plan;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Processes processes() {
    return processes;
  }

  ControlServer control() {
    return control;
  }

  Timing timing() {
    return timing;
  }

  AppOutput output() {
    return output;
  }

  EventLog log() {
    return log;
  }

  MemoryWatch memory() {
    return memory;
  }

  /// Makes the directory of one worker, 0700 and owned by the account that it runs as.
  Path makeDirectory(String name) throws IOException {
    Path directory = surroundings.workersDirectory().resolve(name);
    deleteTree(directory);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Optional<Credentials> account = surroundings.account();
    if (account.isPresent()) {
      Files.setAttribute(directory, "unix:gid", account.get().gid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(directory, "unix:uid", account.get().uid(), LinkOption.NOFOLLOW_LINKS);
    }
    return directory;
  }

  /// Deletes a directory with all that is in it; symbolic links are deleted, not followed.
  static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// A port of the loopback address that is free now and given to nobody else.
  int takePort() throws IOException {
    for (int i = 0; i < PORT_ATTEMPTS; i++) {
      try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
        int port = probe.getLocalPort();
        synchronized (ports) {
          if (ports.add(port)) {
            return port;
          }
        }
      }
    }
    throw new IOException("no free port on " + LOOPBACK.getHostAddress());
  }

  void returnPort(int port) {
    synchronized (ports) {
      ports.remove(port);
    }
  }

  /// Says how the app is to be started, anew for each worker, since the app may have changed.
  public interface Plans {
    /// Makes a plan; blocks on the file system.
    LaunchPlan plan() throws AppProblem;
  }

  /// Where and as whom workers run.
  ///
  /// @param workersDirectory holds a directory of sockets for each worker; its parent is private
  /// @param account the account of the workers; empty: the server's
  /// @param startTimeout longest time from spawn to ready
  public record Surroundings(
      Path workersDirectory, Optional<Credentials> account, Duration startTimeout) {}
}

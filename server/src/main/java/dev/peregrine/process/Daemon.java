package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A program started into the background: leader of a session of its own, away from the terminal,
/// input from nowhere, output appended to a file.
///
/// It is nobody's child to care for: neither reaper nor guardian know it. Only for a program that
/// starts it and ends, not beside [Processes] in one JVM.
public final class Daemon {
  private final int pid;
  private Optional<ExitStatus> status = Optional.empty();

  private Daemon(int pid) {
    this.pid = pid;
  }

  /// The command line this JVM was started with, byte for byte, its first word the path of the
  /// running program.
  public static List<RawString> ownCommand() throws IOException {
    String all = new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), ISO_8859_1);
    List<RawString> command = new ArrayList<>();
    for (String argument : all.substring(0, Math.max(0, all.length() - 1)).split("\0", -1)) {
      command.add(RawString.of(argument.getBytes(ISO_8859_1)));
    }
    command.set(0, RawString.of(Files.readSymbolicLink(Path.of("/proc/self/exe"))));
    return command;
  }

  /// Starts it.
  ///
  /// @param output file that stdout and stderr are appended to; made with mode 0640, never through
  ///   a symbolic link in its last part
  public static Daemon start(ProcessSpec spec, Path output) throws SpawnException {
    int descriptor = Posix.openToAppend(RawString.of(output).bytes());
    if (descriptor < 0) {
      throw SpawnFailures.noOutputFile(output, -descriptor);
    }
    try {
      Redirect file = Redirect.to(descriptor);
      Launch launch = Launch.prepare(spec);
      Placement placement = Placement.WORKER.withLeadership(Leadership.SESSION);
      return new Daemon(launch.run(placement.withStreams(Redirect.NULL, file, file)));
    } finally {
      Posix.close(descriptor);
    }
  }

  public int pid() {
    return pid;
  }

  /// How it ended; empty while it runs.
  public synchronized Optional<ExitStatus> exitStatus() {
    if (status.isEmpty()) {
      Wait.Reaped reaped = Wait.tryReap(pid);
      if (reaped.pid() == pid) {
        status = Optional.of(ExitStatus.ofWaitStatus(reaped.status()));
      }
    }
    return status;
  }
}

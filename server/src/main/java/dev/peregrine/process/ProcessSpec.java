package dev.peregrine.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What process to start, and with what around it.
///
/// @param command program and arguments; a program without a slash is searched in the `PATH` of the
///   environment
/// @param environment the whole environment of the process
/// @param workingDirectory where it starts; the empty path: where this program is
/// @param capturesOutput whether stdout and stderr go to the listener; else they are the server's
/// @param credentials the account to run as; empty: the server's
/// @param openFiles limit of open files, soft and hard; empty: the server's
/// @param umask file mode creation mask; empty: the server's, or 027 with credentials
public record ProcessSpec(
    List<RawString> command,
    Environment environment,
    Path workingDirectory,
    boolean capturesOutput,
    Optional<Credentials> credentials,
    OptionalInt openFiles,
    OptionalInt umask) {
  private static final Path HERE = Path.of("");

  public ProcessSpec {
    command = List.copyOf(command);
    if (command.isEmpty() || command.getFirst().length() == 0) {
      throw new IllegalArgumentException("empty command (expected a program)");
    }
    if (!workingDirectory.isAbsolute() && !workingDirectory.equals(HERE)) {
      throw new IllegalArgumentException(
          "working directory " + workingDirectory + " is relative (expected an absolute path)");
    }
  }

  /// A process with captured output, the server's account and the server's limits.
  public static ProcessSpec of(
      List<String> command, Environment environment, Path workingDirectory) {
    return new ProcessSpec(
        command.stream().map(RawString::of).toList(),
        environment,
        workingDirectory,
        true,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /// A process in the directory of this program, with its output, account and limits.
  public static ProcessSpec here(List<RawString> command, Environment environment) {
    return new ProcessSpec(
        command,
        environment,
        HERE,
        false,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /// The bytes of the working directory. The one this program is in may have a name that no string
  /// can hold.
  byte[] directory() {
    return workingDirectory.equals(HERE)
        ? new byte[] {'.'}
        : RawString.of(workingDirectory).bytes();
  }

  /// The same with stdout and stderr of the server.
  public ProcessSpec withServerOutput() {
    return new ProcessSpec(
        command, environment, workingDirectory, false, credentials, openFiles, umask);
  }

  /// The same as another user.
  public ProcessSpec withCredentials(Credentials account) {
    return new ProcessSpec(
        command,
        environment,
        workingDirectory,
        capturesOutput,
        Optional.of(account),
        openFiles,
        umask);
  }

  /// The same with a limit of open files.
  public ProcessSpec withOpenFiles(int limit) {
    return new ProcessSpec(
        command,
        environment,
        workingDirectory,
        capturesOutput,
        credentials,
        OptionalInt.of(limit),
        umask);
  }

  /// The same with a file mode creation mask.
  public ProcessSpec withUmask(int mask) {
    return new ProcessSpec(
        command,
        environment,
        workingDirectory,
        capturesOutput,
        credentials,
        openFiles,
        OptionalInt.of(mask));
  }
}

package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest;
import dev.peregrine.process.posix.SpawnResult;
import dev.peregrine.process.posix.Spawner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A [ProcessSpec] made ready: program found, account checked.
final class Launch {
  private static final byte[] SHELL = "/bin/sh".getBytes(US_ASCII);
  private static final int HEAD_LENGTH = 256;

  private final ProcessSpec spec;
  private final List<byte[]> programs;
  private final Optional<SpawnRequest.Identity> identity;
  private boolean isSessionLeader;

  private Launch(
      ProcessSpec spec, List<byte[]> programs, Optional<SpawnRequest.Identity> identity) {
    this.spec = spec;
    this.programs = programs;
    this.identity = identity;
  }

  static Launch prepare(ProcessSpec spec) throws SpawnException {
    int uid = Posix.uid();
    Optional<Credentials> switched = spec.credentials().filter(account -> account.uid() != uid);
    if (switched.isPresent()) {
      SpawnFailures.checkMaySwitch(uid, switched.get());
    }
    if (spec.openFiles().isPresent() && uid != 0) {
      SpawnFailures.checkOpenFiles(spec.openFiles().getAsInt(), Posix.maxOpenFiles());
    }
    return new Launch(
        spec,
        ProgramSearch.find(spec),
        switched.map(
            account -> new SpawnRequest.Identity(account.uid(), account.gid(), account.groups())));
  }

  /// Starts it with the server's output; its process id.
  int run() throws SpawnException {
    return run(List.of(Redirect.NULL, Redirect.INHERIT, Redirect.INHERIT));
  }

  /// Starts it with these descriptors as stdout and stderr; its process id.
  int run(int stdout, int stderr) throws SpawnException {
    return run(List.of(Redirect.NULL, Redirect.to(stdout), Redirect.to(stderr)));
  }

  /// Starts it as leader of a session of its own; its process id.
  int runDetached(List<Redirect> streams) throws SpawnException {
    isSessionLeader = true;
    return run(streams);
  }

  private int run(List<Redirect> streams) throws SpawnException {
    List<byte[]> arguments = spec.command().stream().map(RawString::bytes).toList();
    SpawnRequest request = request(programs, arguments, streams);
    SpawnResult result = Spawner.spawn(request);
    if (result instanceof SpawnResult.Failed failed && isShellScript(failed)) {
      List<byte[]> shellArguments = new ArrayList<>(arguments);
      shellArguments.set(0, programs.get(failed.program()));
      shellArguments.addFirst("sh".getBytes(US_ASCII));
      request = request(List.of(SHELL), shellArguments, streams);
      result = Spawner.spawn(request);
    }
    return switch (result) {
      case SpawnResult.Started(int pid) -> limited(pid);
      case SpawnResult.Failed failed -> throw SpawnFailures.describe(failed, request);
    };
  }

  private SpawnRequest request(List<byte[]> files, List<byte[]> arguments, List<Redirect> streams) {
    return new SpawnRequest(
        files,
        arguments,
        spec.environment().block(),
        RawString.of(spec.workingDirectory()).bytes(),
        streams,
        isSessionLeader,
        identity,
        spec.umask());
  }

  /// Whether the kernel did not know the format and a shell may: a text without `#!`, as `execvp`
  /// does it.
  private boolean isShellScript(SpawnResult.Failed failed) {
    if (failed.errno() != Errno.ENOEXEC) {
      return false;
    }
    byte[] file = programs.get(failed.program());
    byte[] directory = RawString.of(spec.workingDirectory()).bytes();
    for (byte b : Posix.head(ProgramSearch.absolute(file, directory), HEAD_LENGTH)) {
      if (b == 0) {
        return false;
      }
      if (b == '\n') {
        return true;
      }
    }
    return true;
  }

  private int limited(int pid) throws SpawnException {
    if (spec.openFiles().isPresent()) {
      int limit = spec.openFiles().getAsInt();
      int result = Posix.limitOpenFiles(pid, limit);
      if (result < 0 && result != -Errno.ESRCH) {
        Posix.killGroup(pid, Signal.KILL.number());
        throw SpawnFailures.openFiles(limit, Posix.maxOpenFiles());
      }
    }
    return pid;
  }
}

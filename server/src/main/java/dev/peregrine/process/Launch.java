package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Exec;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.SpawnRequest;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.SpawnRequest.Privileges;
import dev.peregrine.process.posix.SpawnResult;
import dev.peregrine.process.posix.Spawner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A [ProcessSpec] made ready: program found, account checked.
public final class Launch {
  private static final byte[] SHELL = "/bin/sh".getBytes(US_ASCII);
  private static final int HEAD_LENGTH = 256;

  private final ProcessSpec spec;
  private final List<byte[]> programs;
  private final Optional<Credentials> switched;

  private Launch(ProcessSpec spec, List<byte[]> programs, Optional<Credentials> switched) {
    this.spec = spec;
    this.programs = programs;
    this.switched = switched;
  }

  /// Looks for the program and checks what can be checked beforehand.
  public static Launch prepare(ProcessSpec spec) throws SpawnException {
    int uid = Posix.uid();
    Optional<Credentials> switched = spec.credentials().filter(account -> account.uid() != uid);
    if (switched.isPresent()) {
      SpawnFailures.checkMaySwitch(uid, switched.get());
    }
    if (spec.openFiles().isPresent() && uid != 0) {
      SpawnFailures.checkOpenFiles(spec.openFiles().getAsInt(), Posix.maxOpenFiles());
    }
    return new Launch(spec, ProgramSearch.find(spec), switched);
  }

  /// Starts it; its process id. The caller sees to it that the process is reaped.
  public int run(Placement placement) throws SpawnException {
    return limited(start(placement, Spawner::spawn));
  }

  /// Puts a program in the place of this one, in the same process; the result is why it could not.
  public static SpawnException become(ProcessSpec spec) {
    Placement here =
        new Placement(
            Placement.WORKER.streams(), List.of(), Leadership.NONE, Privileges.REGAINABLE);
    try {
      Launch launch = new Launch(spec, ProgramSearch.find(spec), spec.credentials());
      int pid = launch.start(here, Exec::run);
      throw new IllegalStateException("still here, beside " + pid);
    } catch (SpawnException e) {
      return e;
    }
  }

  private int start(Placement placement, Function<SpawnRequest, SpawnResult> way)
      throws SpawnException {
    List<byte[]> arguments = spec.command().stream().map(RawString::bytes).toList();
    SpawnRequest request = request(programs, arguments, placement);
    SpawnResult result = way.apply(request);
    if (result instanceof SpawnResult.Failed failed && isShellScript(failed)) {
      List<byte[]> shellArguments = new ArrayList<>(arguments);
      shellArguments.set(0, programs.get(failed.program()));
      shellArguments.addFirst("sh".getBytes(US_ASCII));
      request = request(List.of(SHELL), shellArguments, placement);
      result = way.apply(request);
    }
    // No switch: it costs the start of init 2 ms.
    if (result instanceof SpawnResult.Started(int pid)) {
      return pid;
    }
    throw SpawnFailures.describe((SpawnResult.Failed) result, request);
  }

  private SpawnRequest request(List<byte[]> files, List<byte[]> arguments, Placement placement) {
    return new SpawnRequest(
        files,
        arguments,
        spec.environment().block(),
        spec.directory(),
        placement.streams(),
        placement.passed(),
        placement.leadership(),
        switched.map(account ->
            new SpawnRequest.Identity(
                account.uid(), account.gid(), account.groups(), placement.privileges())),
        spec.umask());
  }

  /// Whether the kernel did not know the format and a shell may: a text without `#!`, as `execvp`
  /// does it.
  private boolean isShellScript(SpawnResult.Failed failed) {
    if (failed.errno() != Errno.ENOEXEC) {
      return false;
    }
    byte[] file = programs.get(failed.program());
    byte[] directory = spec.directory();
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

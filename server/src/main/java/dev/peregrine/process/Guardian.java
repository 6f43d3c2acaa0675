package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Pipe;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest;
import dev.peregrine.process.posix.SpawnResult;
import dev.peregrine.process.posix.Spawner;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/// A small shell process that outlives the server for a moment and ends the process groups the
/// server leaves behind, however the server dies.
///
/// It reads `+GROUP` and `-GROUP` lines from a pipe; when the pipe ends, it sends `TERM` to the
/// groups still listed, and `KILL` after one second. It leads its own session, so that no signal of
/// the terminal reaches it, and holds no descriptor of ours but that pipe.
///
/// The fields are guarded by the monitor of this object; the pipe never blocks.
final class Guardian {
  // The script comes in the environment, for the sake of those who read lists of processes.
  private static final String COMMAND = "eval \"$SCRIPT\"";
  private static final String SCRIPT =
      """
      trap '' HUP INT QUIT TERM PIPE ALRM USR1 USR2 TSTP TTIN TTOU
      groups=' '
      while IFS= read -r line; do
        group=${line#?}
        case $line in
          +*) groups="$groups$group " ;;
          -*) case $groups in
                *" $group "*) groups="${groups%%" $group "*} ${groups#*" $group "}" ;;
              esac ;;
        esac
      done
      exec 2>/dev/null
      for group in $groups; do
        kill -s TERM -- "-$group"
        kill -s CONT -- "-$group"
      done
      for round in 1 2 3 4 5 6 7 8 9 10; do
        alive=
        for group in $groups; do kill -s 0 -- "-$group" && alive=yes; done
        [ "$alive" ] || exit 0
        sleep 0.1 || sleep 1
      done
      for group in $groups; do kill -s KILL -- "-$group"; done
      """;

  private final Set<Integer> groups = new TreeSet<>();
  private int pid;
  private int pipe = -1;

  /// Starts the process if it is not running. The caller holds the lock of the children, so that
  /// the reaper knows its id before it can end.
  synchronized void start() throws SpawnException {
    if (pid != 0) {
      return;
    }
    Pipe fresh = Posix.commandPipe();
    if (!fresh.isOpen()) {
      throw SpawnFailures.noDescriptor(-fresh.readEnd());
    }
    switch (Spawner.spawn(request(fresh.readEnd()))) {
      case SpawnResult.Started(int started) -> {
        Posix.close(fresh.readEnd());
        pid = started;
        pipe = fresh.writeEnd();
      }
      case SpawnResult.Failed failed -> {
        fresh.close();
        throw SpawnFailures.describe(failed, request(0));
      }
    }
    groups.forEach(group -> tell('+', group));
  }

  private static SpawnRequest request(int input) {
    return new SpawnRequest(
        List.of(bytes("/bin/sh")),
        List.of(bytes("sh"), bytes("-c"), bytes(COMMAND), bytes("peregrine-guardian")),
        List.of(bytes("PATH=/usr/bin:/bin"), bytes("SCRIPT=" + SCRIPT)),
        bytes("/"),
        List.of(Redirect.to(input), Redirect.NULL, Redirect.NULL),
        List.of(),
        SpawnRequest.Leadership.SESSION,
        Optional.empty(),
        OptionalInt.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  synchronized int pid() {
    return pid;
  }

  synchronized void add(int group) {
    groups.add(group);
    tell('+', group);
  }

  synchronized void remove(int group) {
    groups.remove(group);
    tell('-', group);
  }

  private void tell(char sign, int group) {
    if (pipe >= 0 && Posix.write(pipe, bytes(sign + "" + group + "\n")) == -Errno.EAGAIN) {
      // It does not read any more. The reaper notices its end and starts another one.
      Posix.kill(pid, Signal.KILL.number());
    }
  }

  /// Ends the process by the end of its pipe.
  synchronized void close() {
    Posix.close(pipe);
    pipe = -1;
  }

  /// The process was reaped.
  synchronized void ended() {
    close();
    pid = 0;
  }
}

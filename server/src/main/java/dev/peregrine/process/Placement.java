package dev.peregrine.process;

import dev.peregrine.process.posix.Redirect;
import dev.peregrine.process.posix.SpawnRequest.Leadership;
import dev.peregrine.process.posix.SpawnRequest.Passed;
import dev.peregrine.process.posix.SpawnRequest.Privileges;
import java.util.List;

/// Where a process that is about to be started stands among the others: its streams and further
/// descriptors, its group or session, its rights.
///
/// @param streams stdin, stdout and stderr
/// @param passed further descriptors it gets
/// @param leadership what it leads
/// @param privileges whether it may gain rights after a change of its account
public record Placement(
    List<Redirect> streams, List<Passed> passed, Leadership leadership, Privileges privileges) {
  /// As the server starts workers: a group of its own, no input, the server's output.
  public static final Placement WORKER =
      new Placement(
          List.of(Redirect.NULL, Redirect.INHERIT, Redirect.INHERIT),
          List.of(),
          Leadership.GROUP,
          Privileges.FORGONE);

  public Placement {
    streams = List.copyOf(streams);
    passed = List.copyOf(passed);
    if (streams.size() != 3) {
      throw new IllegalArgumentException(streams.size() + " streams (expected 3)");
    }
  }

  /// The same with other streams.
  public Placement withStreams(Redirect stdin, Redirect stdout, Redirect stderr) {
    return new Placement(List.of(stdin, stdout, stderr), passed, leadership, privileges);
  }

  /// The same with further descriptors.
  public Placement withPassed(List<Passed> descriptors) {
    return new Placement(streams, descriptors, leadership, privileges);
  }

  /// The same as leader of something else.
  public Placement withLeadership(Leadership other) {
    return new Placement(streams, passed, other, privileges);
  }
}

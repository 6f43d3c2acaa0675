package dev.peregrine.process;

import java.util.ArrayList;
import java.util.List;

/// Listening sockets that the service manager opened and passed on (`sd_listen_fds(3)`).
///
/// @param sockets the sockets, in the order of their descriptors; often none
public record InheritedSockets(List<Inherited> sockets) {
  private static final int FIRST_DESCRIPTOR = 3;
  private static final int MAX_DESCRIPTORS = 1024;

  public InheritedSockets {
    sockets = List.copyOf(sockets);
  }

  /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`; none if they are meant for another
  /// process.
  public static InheritedSockets of(Environment environment) {
    return of(environment, ProcessHandle.current().pid());
  }

  static InheritedSockets of(Environment environment, long ownPid) {
    long pid = number(environment.value("LISTEN_PID").orElse(""), Long.MAX_VALUE);
    long count = number(environment.value("LISTEN_FDS").orElse(""), MAX_DESCRIPTORS);
    if (pid != ownPid || count <= 0) {
      return new InheritedSockets(List.of());
    }
    String names = environment.value("LISTEN_FDNAMES").orElse("");
    List<String> labels = names.isEmpty() ? List.of() : List.of(names.split(":", -1));
    List<Inherited> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new Inherited(FIRST_DESCRIPTOR + i, i < labels.size() ? labels.get(i) : ""));
    }
    return new InheritedSockets(sockets);
  }

  /// The environment without these variables: no child may take the sockets for its own.
  public static Environment clearedFrom(Environment environment) {
    return environment.without("LISTEN_PID").without("LISTEN_FDS").without("LISTEN_FDNAMES");
  }

  private static long number(String text, long max) {
    try {
      long number = Long.parseLong(text);
      return number <= max ? number : -1;
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /// One socket.
  ///
  /// @param descriptor number of the open descriptor in this process
  /// @param name what the service manager calls it; may be empty
  public record Inherited(int descriptor, String name) {}
}

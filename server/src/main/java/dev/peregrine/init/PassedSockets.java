package dev.peregrine.init;

import dev.peregrine.process.Environment;
import dev.peregrine.process.InheritedSockets;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.SpawnRequest.Passed;
import java.util.ArrayList;
import java.util.List;

/// Sockets that a service manager passed to init (`sd_listen_fds(3)`) and that are meant for the
/// main command.
///
/// @param count how many, from descriptor 3 on
/// @param variables `LISTEN_FDS` and `LISTEN_FDNAMES`
record PassedSockets(int count, Environment variables) {
  /// The command finds its own process id in `LISTEN_PID`, which nobody knows before it runs.
  private static final String WRAPPER = "LISTEN_PID=$$ exec \"$@\"";

  private static final int FIRST = 3;
  private static final PassedSockets NONE = new PassedSockets(0, Environment.empty());

  /// The sockets that an environment names as ours.
  static PassedSockets of(Environment environment) {
    if (environment.rawValue("LISTEN_FDS").isEmpty()) {
      return NONE;
    }
    int count = InheritedSockets.of(environment).sockets().size();
    return new PassedSockets(count, environment.withOnly(List.of("LISTEN_FDS", "LISTEN_FDNAMES")));
  }

  List<Passed> descriptors() {
    List<Passed> all = new ArrayList<>();
    for (int i = FIRST; i < FIRST + count; i++) {
      all.add(new Passed(i, i));
    }
    return all;
  }

  List<RawString> command(List<RawString> command) {
    if (count == 0) {
      return command;
    }
    List<RawString> wrapped = new ArrayList<>();
    for (String word : new String[] {"/bin/sh", "-c", WRAPPER, "sh"}) {
      wrapped.add(RawString.of(word));
    }
    wrapped.addAll(command);
    return wrapped;
  }

  Environment environment(Environment environment) {
    Environment all = environment;
    for (String name : count == 0 ? List.<String>of() : List.copyOf(variables.names())) {
      all = all.with(name, variables.rawValue(name).orElseThrow());
    }
    return all;
  }
}

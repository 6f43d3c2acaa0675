package dev.peregrine.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that has to be known to start one worker of an app, but for what differs from worker
/// to worker: its name, its sockets and its token.
///
/// @param command program and arguments; the program is an absolute path
/// @param keptVariables names of the server's environment variables that the worker gets; no others
///   are passed on
/// @param environment variables that are added, or replace kept ones
/// @param workingDirectory the app's directory
/// @param protocol how requests are carried to it
/// @param readiness how it becomes known that it takes requests
/// @param runtime the runtime for people, such as `ruby (/usr/bin/ruby)`
/// @param notices lines that the operator should see once, such as a fall-back taken
public record LaunchPlan(
    List<String> command,
    Set<String> keptVariables,
    Map<String, String> environment,
    Path workingDirectory,
    WorkerProtocol protocol,
    Readiness readiness,
    String runtime,
    List<String> notices) {
  public LaunchPlan {
    command = List.copyOf(command);
    keptVariables = Set.copyOf(keptVariables);
    environment = Map.copyOf(environment);
    notices = List.copyOf(notices);
  }
}

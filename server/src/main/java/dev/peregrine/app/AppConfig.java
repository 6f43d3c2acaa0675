package dev.peregrine.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the operator says of the app; everything left empty is detected.
///
/// @param root the app's directory, absolute
/// @param type kind of app
/// @param startupFile file that defines the app, relative to the root
/// @param startCommand shell command of a generic app
/// @param ruby Ruby interpreter
/// @param python Python interpreter
/// @param nodejs Node.js interpreter
/// @param environment name of the environment, such as `production`
/// @param passEnvironment names of the server's own variables that workers get as well; `*` stands
///   for all
/// @param variables further environment variables of the workers
/// @param user account that the workers run as; only for root
/// @param threads threads of a Ruby or Python worker
/// @param streamsContent whether the app gets request content as it arrives
/// @param restartDirectory directory in which `restart.txt` is looked for
public record AppConfig(
    Path root,
    Optional<AppType> type,
    Optional<String> startupFile,
    Optional<String> startCommand,
    Optional<String> ruby,
    Optional<String> python,
    Optional<String> nodejs,
    String environment,
    List<String> passEnvironment,
    Map<String, String> variables,
    Optional<String> user,
    int threads,
    boolean streamsContent,
    Path restartDirectory) {
  public AppConfig {
    passEnvironment = List.copyOf(passEnvironment);
    variables = Map.copyOf(variables);
  }
}

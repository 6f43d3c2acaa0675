package dev.peregrine.app;

import java.nio.file.Path;
import java.util.Optional;

/// An app as it was found in its directory, before a runtime is chosen for it.
///
/// @param root the app's directory, absolute
/// @param type kind of app
/// @param startupFile file that defines the app, absolute; empty for a generic app
/// @param startCommand shell command of a generic app; empty for the others
public record App(
    Path root, AppType type, Optional<Path> startupFile, Optional<String> startCommand) {
  /// Returns the name of the app's directory, by which people know the app.
  public String name() {
    Path name = root.getFileName();
    return name == null ? "app" : name.toString();
  }
}

package dev.peregrine.init;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/// Who can read `services.yaml`; it is asked only if there is such a file, for reading it takes
/// memory that init alone does not need.
public interface ServicesReader {
  /// Reads the file, or says everything that is wrong with it, a line each.
  ///
  /// @param others names of the services that come from elsewhere
  ServicesConfig read(Path file, Set<String> others, Consumer<String> problems);
}

package dev.peregrine.init;

import dev.peregrine.process.Environment;
import dev.peregrine.process.PrivateDirectory;
import dev.peregrine.process.RawString;
import dev.peregrine.process.posix.Posix;
import dev.peregrine.process.posix.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where init keeps its sockets: the first of a few places that can be written to, so that commands
/// find it without being told.
///
/// ```
/// /run/peregrine-init/            0711
///   control/control.sock          0700, 0600: orders and questions
///   notify/SERVICE                0711, 0600 of the service's account: readiness
/// ```
final class RuntimeDirectory {
  private static final String NAME = "peregrine-init";

  private final PrivateDirectory directory;

  private RuntimeDirectory(PrivateDirectory directory) {
    this.directory = directory;
  }

  /// Makes it; empty if there is no place. Where another init is at work it stays away.
  static Optional<RuntimeDirectory> make(Environment environment) {
    for (Path place : places(environment, Posix.uid())) {
      if (isServed(place)) {
        continue;
      }
      try {
        PrivateDirectory directory = PrivateDirectory.open(place);
        directory.subdirectory("control").clear();
        directory.subdirectory("notify").clear();
        return Optional.of(new RuntimeDirectory(directory));
      } catch (IOException _) {
        // the next one
      }
    }
    return Optional.empty();
  }

  /// The control socket of the init of this container; empty if there is none.
  static Optional<Path> findControl(Environment environment) {
    Set<Path> places = new LinkedHashSet<>(places(environment, Posix.uid()));
    places.addAll(places(environment, uidOfProcess1()));
    return places.stream()
        .filter(RuntimeDirectory::isServed)
        .map(RuntimeDirectory::control)
        .findFirst();
  }

  private static Path control(Path place) {
    return place.resolve("control/control.sock");
  }

  private static boolean isServed(Path place) {
    return UnixSocket.isServed(RawString.of(control(place)).bytes());
  }

  private static int uidOfProcess1() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/1"), "unix:uid");
    } catch (IOException _) {
      return 0;
    }
  }

  private static List<Path> places(Environment environment, int uid) {
    List<Path> places = new ArrayList<>();
    String own = NAME + "-" + Integer.toUnsignedString(uid);
    places.add(Path.of("/run", NAME));
    environment
        .value("XDG_RUNTIME_DIR")
        .filter(path -> path.startsWith("/"))
        .ifPresent(path -> places.add(Path.of(path, NAME)));
    places.add(Path.of("/dev/shm", own));
    places.add(Path.of("/tmp", own));
    return places;
  }

  Path control() {
    return control(directory.path());
  }

  /// Where a service reports; lets other accounts through to it.
  Path notification(String service) throws IOException {
    directory.admitPassage();
    PrivateDirectory place = directory.subdirectory("notify");
    place.admitPassage();
    return place.path().resolve(service);
  }

  void delete() {
    try {
      directory.delete();
    } catch (IOException _) {
      // the container ends
    }
  }
}

package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.process.posix.Posix;
import java.util.ArrayList;
import java.util.List;

/// The search of a program as a shell does it, in the `PATH` of the child, byte for byte.
final class ProgramSearch {
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private ProgramSearch() {}

  /// The files that may be meant, in order; never none.
  static List<byte[]> find(ProcessSpec spec) throws SpawnException {
    byte[] name = spec.command().getFirst().bytes();
    String text = new String(name, ISO_8859_1); // a byte a character
    if (text.indexOf('/') >= 0) {
      return List.of(name);
    }
    String path =
        spec.environment()
            .rawValue("PATH")
            .map(value -> new String(value.bytes(), ISO_8859_1))
            .orElse(DEFAULT_PATH);
    List<byte[]> found = new ArrayList<>();
    for (String directory : path.split(":", -1)) {
      byte[] candidate =
          ((directory.isEmpty() ? "." : directory) + "/" + text).getBytes(ISO_8859_1);
      byte[] absolute = absolute(candidate, spec);
      if (Posix.exists(absolute) && !Posix.isDirectory(absolute)) {
        found.add(candidate);
      }
    }
    if (found.isEmpty()) {
      String readable = new String(path.getBytes(ISO_8859_1), UTF_8);
      throw new SpawnException(
          SpawnException.Reason.NOT_FOUND,
          spec.command().getFirst() + ": no such program in PATH=" + readable,
          "a program in one of these directories",
          "install it, or give its absolute path");
    }
    return found;
  }

  private static byte[] absolute(byte[] candidate, ProcessSpec spec) {
    return absolute(candidate, spec.directory());
  }

  /// A path as seen from a directory.
  static byte[] absolute(byte[] path, byte[] directory) {
    if (path.length > 0 && path[0] == '/') {
      return path;
    }
    String joined = new String(directory, ISO_8859_1) + "/" + new String(path, ISO_8859_1);
    return joined.getBytes(ISO_8859_1);
  }
}

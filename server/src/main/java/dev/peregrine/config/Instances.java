package dev.peregrine.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Where the directories of running servers are, and what a server is called when nobody named it.
///
/// @param parent directory of the instance directories
public record Instances(Path parent) {
  /// Longest name: paths of Unix sockets below the instance directory stay under 108 bytes.
  static final int MAX_NAME = 40;

  /// The place for the account that runs this process.
  public static Instances inherited(Map<String, String> environment) {
    return of(Surroundings.of(Path.of("/"), environment));
  }

  static Instances of(Surroundings surroundings) {
    if (surroundings.isRoot() && isUsable(Path.of("/run"), Path.of("/run/peregrine"))) {
      return new Instances(Path.of("/run/peregrine"));
    }
    String runtime = surroundings.environment().getOrDefault("XDG_RUNTIME_DIR", "");
    if (!surroundings.isRoot()
        && runtime.startsWith("/")
        && isUsable(Path.of(runtime), Path.of(runtime, "peregrine"))) {
      return new Instances(Path.of(runtime, "peregrine"));
    }
    return new Instances(
        surroundings.temporaryDirectory().resolve("peregrine-" + surroundings.userName()));
  }

  private static boolean isUsable(Path base, Path directory) {
    return Files.isDirectory(directory)
        ? Files.isWritable(directory)
        : Files.isDirectory(base) && Files.isWritable(base);
  }

  /// The instance directory of the server of this name.
  public Path directoryOf(String name) {
    return parent.resolve(name);
  }

  /// The name of the server of the app in this directory, unless it was given another.
  public static String nameOf(Path appDirectory) {
    Path path = appDirectory.toAbsolutePath().normalize();
    Path last = path.getFileName();
    StringBuilder base = new StringBuilder();
    for (char c : (last == null ? "root" : last.toString()).toCharArray()) {
      base.append(isNamePart(c) ? c : '-');
    }
    base.setLength(Math.min(base.length(), MAX_NAME - 9));
    CRC32 hash = new CRC32();
    hash.update(path.toString().getBytes(StandardCharsets.UTF_8));
    return "%s-%08x".formatted(base, hash.getValue());
  }

  static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_NAME
        && text.charAt(0) != '.'
        && text.charAt(0) != '-'
        && text.chars().allMatch(Instances::isNamePart);
  }

  private static boolean isNamePart(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '.'
        || c == '-'
        || c == '_';
  }

  /// The instance directories that exist, of running and of dead servers.
  public List<Path> existing() throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }
}

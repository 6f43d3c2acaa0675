package dev.peregrine.init;

import dev.peregrine.log.EventLog;
import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The environment of the container as files: a directory with a file a variable, which start-up
/// scripts may change, and two dumps of it for others to read.
///
/// | Place | Holds |
/// |---|---|
/// | `container_environment/NAME` | the value, byte for byte |
/// | `container_environment.sh` | `export NAME='value'` of every name a shell can have |
/// | `container_environment.json` | all variables as one object |
///
/// Variables that belong to the account of init (`HOME` and its like) are not stored, and like
/// those that cannot be, they stay as they are. Without the directory there is no store.
final class EnvironmentStore {
  private static final Set<String> OF_THE_ACCOUNT =
      Set.of("HOME", "USER", "GROUP", "UID", "GID", "SHELL");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final EventLog log;
  private final Set<String> stored = new HashSet<>();
  private Environment current;

  EnvironmentStore(Path directory, Environment given, EventLog log) {
    this.directory = directory;
    this.current = given;
    this.log = log;
  }

  Environment current() {
    return current;
  }

  /// Takes in what the directory holds beyond the given variables, and writes all of them.
  void open() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    Environment all = current;
    for (Map.Entry<String, RawString> file : read().entrySet()) {
      if (all.rawValue(file.getKey()).isEmpty()) {
        all = all.with(file.getKey(), file.getValue());
      }
    }
    current = all;
    write();
  }

  /// Takes over what a script has written, changed or removed.
  void refresh() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    Map<String, RawString> files = read();
    Environment changed =
        current.keeping(name -> !stored.contains(name) || files.containsKey(name));
    for (Map.Entry<String, RawString> file : files.entrySet()) {
      changed = changed.with(file.getKey(), file.getValue());
      stored.add(file.getKey());
    }
    if (!changed.equals(current)) {
      current = changed;
      dump();
    }
  }

  private Map<String, RawString> read() {
    Map<String, RawString> found = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = RawString.of(entry.getFileName()).toString();
        readFile(entry, name.substring(name.lastIndexOf('/') + 1), found);
      }
    } catch (IOException e) {
      log.warn("environment.not_read", "directory", directory, "reason", e);
    }
    return found;
  }

  private void readFile(Path file, String name, Map<String, RawString> found) throws IOException {
    if (name.startsWith("..")) {
      return; // where Kubernetes keeps the files that the others link to
    }
    String reason = "";
    if (name.startsWith(".") || name.indexOf('=') >= 0) {
      reason = "not a name of a variable";
    } else if (!Files.isRegularFile(file)) {
      reason = "not a file";
    } else if (!Files.isReadable(file)) {
      reason = "not readable";
    } else {
      byte[] bytes = Files.readAllBytes(file);
      boolean endsLine = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
      byte[] value = endsLine ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
      if (isFreeOfNul(value)) {
        found.put(name, RawString.of(value));
        return;
      }
      reason = "it has a NUL byte";
    }
    log.warn("environment.skipped", "file", file, "reason", reason);
  }

  private static boolean isFreeOfNul(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
    }
    return true;
  }

  private void write() {
    int failures = 0;
    String reason = "";
    try {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      for (String name : current.names()) {
        reason = OF_THE_ACCOUNT.contains(name) ? "" : store(name);
        failures += reason.isEmpty() ? 0 : 1;
      }
    } catch (IOException e) {
      failures++;
      reason = e.toString();
    }
    if (failures > 0) {
      log.warn("environment.not_stored", "variables", failures, "reason", reason);
    }
    dump();
  }

  /// Writes one file; why not, or nothing.
  private String store(String name) {
    if (name.indexOf('/') >= 0 || name.startsWith(".")) {
      return name + " cannot be the name of a file here";
    }
    RawString value = current.rawValue(name).orElse(null);
    if (value == null) {
      return "a name that is not UTF-8";
    }
    Path file = directory.resolve(name);
    try {
      byte[] wanted = value.bytes();
      if (!Files.isRegularFile(file) || !holds(file, wanted)) {
        OwnedFile.replace(file, wanted, OWNER_ONLY);
      }
      stored.add(name);
      return "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean holds(Path file, byte[] wanted) throws IOException {
    byte[] found = Files.readAllBytes(file);
    boolean endsLine = found.length == wanted.length + 1 && found[wanted.length] == '\n';
    return Arrays.equals(endsLine ? Arrays.copyOf(found, wanted.length) : found, wanted);
  }

  private void dump() {
    try {
      OwnedFile.replaceDump(beside(".sh"), EnvironmentDump.shell(stored()));
      OwnedFile.replaceDump(beside(".json"), EnvironmentDump.json(current));
    } catch (IOException e) {
      log.warn("environment.not_dumped", "reason", e);
    }
  }

  private Environment stored() {
    return current.keeping(name -> !OF_THE_ACCOUNT.contains(name));
  }

  private Path beside(String ending) {
    return directory.resolveSibling(directory.getFileName() + ending);
  }
}

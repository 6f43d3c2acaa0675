package dev.peregrine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The environment of a process: an ordered, unchangeable list of `NAME=value` in bytes.
///
/// Entries that are not touched keep every byte, also those that are no UTF-8.
public final class Environment {
  private static final String LAUNCHER_MARK = "PEREGRINE_LAUNCHER";
  private static final Set<String> HIDDEN =
      Set.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "LD_PRELOAD",
          "LD_LIBRARY_PATH");
  private static final int HIDDEN_BIT = 0x80; // of the first byte of a hidden name
  private static final Path OWN = Path.of("/proc/self/environ");

  private final List<Entry> entries;

  private Environment(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  public static Environment empty() {
    return new Environment(List.of());
  }

  /// The environment this program was started with, byte for byte.
  public static Environment inherited() {
    try {
      return parse(Files.readAllBytes(OWN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The environment that the caller of the native launcher had, byte for byte. The launcher puts
  /// variables of its own in front and hides some of the caller's from the virtual machine.
  public static Environment ofCaller() {
    return inherited().withoutLauncher();
  }

  /// Without the variables up to the launcher's mark, and with the hidden ones back.
  Environment withoutLauncher() {
    List<Entry> kept = new ArrayList<>();
    boolean isCallers = entries.stream().noneMatch(entry -> entry.key.equals(LAUNCHER_MARK));
    for (Entry entry : entries) {
      if (isCallers) {
        kept.add(entry.revealed());
      }
      isCallers |= entry.key.equals(LAUNCHER_MARK);
    }
    return new Environment(kept);
  }

  /// An environment of these variables.
  public static Environment of(Map<String, String> variables) {
    return empty().with(variables);
  }

  /// Reads NUL-terminated `NAME=value` entries; entries without a name are dropped.
  static Environment parse(byte[] block) {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= block.length; i++) {
      if (i == block.length || block[i] == 0) {
        int equals = indexOf(block, start, i);
        if (equals > start) {
          entries.add(
              new Entry(
                  new String(block, start, equals - start, StandardCharsets.ISO_8859_1),
                  RawString.of(Arrays.copyOfRange(block, equals + 1, i))));
        }
        start = i + 1;
      }
    }
    return new Environment(entries);
  }

  private static int indexOf(byte[] block, int start, int end) {
    for (int i = start; i < end; i++) {
      if (block[i] == '=') {
        return i;
      }
    }
    return -1;
  }

  /// The value of a variable, read as UTF-8.
  public Optional<String> value(String name) {
    return rawValue(name).map(RawString::toString);
  }

  /// The bytes of a variable.
  public Optional<RawString> rawValue(String name) {
    String key = key(name);
    return entries.stream()
        .filter(entry -> entry.key.equals(key))
        .findFirst()
        .map(entry -> entry.value);
  }

  /// All names, in order.
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    entries.forEach(entry -> names.add(entry.name()));
    return names;
  }

  /// All variables read as UTF-8: to show them, not to pass them on.
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.putIfAbsent(entry.name(), entry.value.toString()));
    return map;
  }

  /// The same with a variable set; it keeps its place if it was there.
  public Environment with(String name, String value) {
    return with(name, RawString.of(value));
  }

  /// The same with a variable set to these bytes.
  public Environment with(String name, RawString value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "variable name '" + name + "' (expected a name without '=' and NUL)");
    }
    Entry added = new Entry(key(name), value);
    List<Entry> changed = new ArrayList<>(entries.size() + 1);
    boolean isPlaced = false;
    for (Entry entry : entries) {
      if (!entry.key.equals(added.key)) {
        changed.add(entry);
      } else if (!isPlaced) {
        changed.add(added);
        isPlaced = true;
      }
    }
    if (!isPlaced) {
      changed.add(added);
    }
    return new Environment(changed);
  }

  /// The same with all these variables set.
  public Environment with(Map<String, String> variables) {
    Environment environment = this;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      environment = environment.with(variable.getKey(), variable.getValue());
    }
    return environment;
  }

  /// The same without a variable.
  public Environment without(String name) {
    return keeping(candidate -> !candidate.equals(name));
  }

  /// Only the variables of these names.
  public Environment withOnly(Collection<String> names) {
    Set<String> wanted = Set.copyOf(names);
    return keeping(wanted::contains);
  }

  /// Only the variables whose name fulfils a condition.
  public Environment keeping(Predicate<String> condition) {
    return new Environment(entries.stream().filter(entry -> condition.test(entry.name())).toList());
  }

  /// The entries as a process gets them.
  List<byte[]> block() {
    return entries.stream().map(Entry::bytes).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Environment that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /// The names only: values may be secrets.
  @Override
  public String toString() {
    return "Environment" + names();
  }

  private static String key(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /// One variable; the key holds the bytes of the name, a character each.
  private record Entry(String key, RawString value) {
    String name() {
      return new String(key.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    Entry revealed() {
      String name = (char) (key.charAt(0) & ~HIDDEN_BIT) + key.substring(1);
      return !name.equals(key) && HIDDEN.contains(name) ? new Entry(name, value) : this;
    }

    byte[] bytes() {
      byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
      byte[] text = value.bytes();
      byte[] bytes = Arrays.copyOf(name, name.length + 1 + text.length);
      bytes[name.length] = '=';
      System.arraycopy(text, 0, bytes, name.length + 1, text.length);
      return bytes;
    }
  }
}

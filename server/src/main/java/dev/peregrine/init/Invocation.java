package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.process.Environment;
import dev.peregrine.process.RawString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How this program was called: name, arguments and environment, byte for byte.
///
/// @param name the name it was called by, the last part only
/// @param arguments the arguments behind it
/// @param environment what the caller wants children to have: without what the launcher added
record Invocation(String name, List<RawString> arguments, Environment environment) {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private static final RawString SET_USER = RawString.of("setuser");

  /// The programs that this one behaves as when it is called by their names; the launcher has the
  /// same list.
  private static final Set<String> OTHER_PROGRAMS =
      Set.of("my_init", "tini", "tini-static", "dumb-init", "setuser");

  Invocation {
    arguments = List.copyOf(arguments);
  }

  /// Reads it from the kernel: the virtual machine's strings have lost bytes.
  ///
  /// @param count how many arguments `main` got, the name among them
  static Invocation ofProcess(int count) throws IOException {
    String all = new String(Files.readAllBytes(COMMAND_LINE), ISO_8859_1);
    String[] words = all.substring(0, Math.max(0, all.length() - 1)).split("\0", -1);
    List<RawString> arguments = new ArrayList<>();
    for (int i = words.length - count; i < words.length; i++) {
      arguments.add(RawString.of(words[i].getBytes(ISO_8859_1)));
    }
    String called = arguments.removeFirst().toString();
    String name = called.substring(called.lastIndexOf('/') + 1);
    if (!OTHER_PROGRAMS.contains(name)) {
      RawString command = arguments.removeFirst(); // "init" or "setuser"
      name = command.equals(SET_USER) ? "setuser" : name;
    }
    return new Invocation(name, arguments, Environment.ofCaller());
  }
}

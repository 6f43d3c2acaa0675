package dev.peregrine.app;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A command line for `/bin/sh` that replaces the shell by the program wherever that is possible,
/// so that signals and the exit status are the program's own.
public final class ShellCommand {
  private static final Pattern COMPOUND = Pattern.compile("[;&|<>(){}`\\n]");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");
  private static final Set<String> BUILT_IN =
      Set.of(
          "!", ".", ":", "case", "cd", "command", "eval", "exec", "exit", "export", "for", "if",
          "read", "set", "source", "trap", "ulimit", "umask", "unset", "until", "while");

  private ShellCommand() {}

  /// The arguments that run a command line.
  public static List<String> of(String command) {
    return List.of("/bin/sh", "-c", isSimple(command) ? "exec " + command : command);
  }

  private static boolean isSimple(String command) {
    String first = command.strip().split("\\s+", 2)[0];
    return !COMPOUND.matcher(command).find()
        && !ASSIGNMENT.matcher(first).matches()
        && !BUILT_IN.contains(first);
  }
}

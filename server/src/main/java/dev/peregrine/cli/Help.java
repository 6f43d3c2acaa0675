package dev.peregrine.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `peregrine help`: what there is.
final class Help {
  private Help() {}

  /// Prints the commands.
  static void print(Console console, List<Command> commands) {
    console.out().println("Usage: peregrine COMMAND [DIR] [FLAGS]");
    console.out().println();
    console.out().println("Serves Ruby, Python, Node.js and any other web apps.");
    console.out().println();
    console.out().println("Commands:");
    for (Command command : commands) {
      console.out().printf("  %-9s%s%n", command.name(), command.summary());
    }
    console
        .out()
        .printf("  %-9s%s%n", "init", "Be process 1 of a container; `init status` looks inside.");
    console.out().printf("  %-9s%s%n", "setuser", "Become another user and run a command.");
    console.out().printf("  %-9s%s%n", "help", "Show this, or the help of a command.");
    console.out().println();
    console.out().println("`peregrine help COMMAND` shows all flags of a command.");
  }

  /// What the exit codes mean.
  static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "done");
    codes.put("1", "failed");
    codes.put("2", "the command line is wrong");
    codes.put("69", "no server runs there");
    codes.put("78", "the configuration is wrong");
    return codes;
  }
}

package dev.peregrine.cli;

import dev.peregrine.config.Nearest;
import dev.peregrine.server.Server;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The program's entry: finds the command, reads its flags, runs it.
public final class Main {
  private static final List<String> NAMES =
      List.of(
          "start", "stop", "status", "restart", "cache", "purge", "config", "doctor", "version",
          "help");

  private final Console console;
  private final Serving serving;

  Main(Console console, Serving serving) {
    this.console = console;
    this.serving = serving;
  }

  /// Runs one command and ends the virtual machine with its exit code.
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    int code = new Main(console, Server::run).run(arguments);
    console.out().flush();
    console.err().flush();
    System.exit(code);
  }

  /// Runs one command; returns the exit code.
  int run(String... arguments) {
    String first = arguments.length == 0 ? "help" : arguments[0];
    String[] rest = List.of(arguments).stream().skip(1).toArray(String[]::new);
    if (first.equals("version") && rest.length == 0) {
      return version();
    }
    return switch (first) {
      case "help", "--help", "-h" -> help(rest);
      case "--version", "-v", "-V" -> version();
      case "init" -> InitMain.ask(List.of(rest));
      default -> command(first).map(command -> run(command, rest)).orElseGet(() -> unknown(first));
    };
  }

  private int version() {
    VersionCommand.print(console, false);
    return ExitCode.DONE;
  }

  private int help(String[] rest) {
    if (rest.length == 0 || rest[0].equals("help")) {
      Help.print(console, Command.all(serving));
      return ExitCode.DONE;
    }
    return command(rest[0])
        .map(command -> run(command, "--help"))
        .orElseGet(() -> unknown(rest[0]));
  }

  private Optional<Command> command(String name) {
    return Command.all(serving).stream().filter(command -> command.name().equals(name)).findFirst();
  }

  private int unknown(String name) {
    String near =
        Nearest.to(name, NAMES.stream())
            .map(command -> "did you mean `peregrine " + command + "`?")
            .orElse("`peregrine help` lists the commands");
    console.complain("no command is called " + Text.printable(name) + "; " + near);
    return ExitCode.USAGE;
  }

  private int run(Command command, String... arguments) {
    CommandLine line =
        new CommandLine(command.spec())
            .setOverwrittenOptionsAllowed(true)
            .setUsageHelpWidth(100)
            .setUsageHelpAutoWidth(false);
    try {
      ParseResult parsed = line.parseArgs(arguments);
      ParseResult part = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
      if (part.isUsageHelpRequested()) {
        part.commandSpec().commandLine().usage(console.out(), CommandLine.Help.Ansi.OFF);
        return ExitCode.DONE;
      }
      return command.run(parsed, console);
    } catch (ParameterException e) {
      console.complain(UsageError.message(e, line.getCommandSpec()));
      console.err().println("`peregrine help " + command.name() + "` lists the flags");
      return ExitCode.USAGE;
    } catch (IOException e) {
      console.complain(Text.printable(String.valueOf(e.getMessage())));
      return ExitCode.FAILED;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }
}

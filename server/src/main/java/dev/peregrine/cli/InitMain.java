package dev.peregrine.cli;

import dev.peregrine.config.Problem;
import dev.peregrine.config.ServicesFile;
import dev.peregrine.init.ControlClient;
import dev.peregrine.init.Init;
import dev.peregrine.init.ServicesConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/// The entry of `peregrine init`: either init itself, or a question to the one that runs.
///
/// It uses none of what the other commands are made of, since it is to start quickly and to stay
/// small.
public final class InitMain {
  private static final String USAGE =
      """
      Usage: peregrine init status [--json]
             peregrine init service status [NAME...]
             peregrine init service start|stop|restart|once NAME
             peregrine init service signal SIGNAL NAME
      """;

  private InitMain() {}

  /// The first argument is the name by which the program was called.
  public static void main(String[] arguments) throws IOException {
    int code =
        isQuestion(arguments)
            ? ask(List.of(arguments).subList(1, arguments.length))
            : Init.run(arguments.length, InitMain::readServices);
    System.exit(code);
  }

  private static boolean isQuestion(String[] arguments) {
    return arguments.length > 1
        && arguments[0].endsWith("peregrine")
        && (arguments[1].equals("status") || arguments[1].equals("service"));
  }

  /// Asks the init of this container; the exit code.
  static int ask(List<String> words) {
    List<String> question = question(words);
    if (question.isEmpty()) {
      System.err.print(USAGE);
      return ExitCode.USAGE;
    }
    try {
      ControlClient.Answer answer = ControlClient.ask(question);
      byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
      (answer.code() == 0 || answer.code() == 3 ? System.out : System.err).write(text);
      return answer.code();
    } catch (IOException e) {
      System.err.println("peregrine init: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /// The words for init; none if the command line cannot be.
  private static List<String> question(List<String> words) {
    if (words.isEmpty()) {
      return List.of();
    }
    if (words.getFirst().equals("status")) {
      boolean isJson = words.size() == 2 && words.get(1).equals("--json");
      return isJson ? List.of("status-json") : words.size() == 1 ? words : List.of();
    }
    List<String> rest =
        words.getFirst().equals("service") ? words.subList(1, words.size()) : List.of();
    boolean isPlain = rest.stream().noneMatch(word -> word.isEmpty() || word.matches(".*\\s.*"));
    if (rest.isEmpty() || !isPlain) {
      return List.of();
    }
    String order = rest.getFirst().toLowerCase(Locale.ROOT);
    List<String> names = rest.subList(1, rest.size());
    return switch (order) {
      case "status" -> joined("service-status", names);
      case "start", "stop", "restart", "once" ->
          names.size() == 1 ? joined(order, names) : List.of();
      case "signal" -> names.size() == 2 ? joined(order, names) : List.of();
      default -> List.of();
    };
  }

  private static List<String> joined(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }

  private static ServicesConfig readServices(
      Path file, Set<String> others, Consumer<String> problems) {
    List<Problem> found = new ArrayList<>();
    ServicesConfig config = ServicesFile.read(file, others, found::add).orElse(ServicesConfig.NONE);
    found.forEach(problem -> problems.accept(problem.describe()));
    return config;
  }
}

package dev.peregrine.pool;

import dev.peregrine.pool.StartFailure.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells from what a failed start left behind what kind of failure it was, and what to do about it.
final class Remedies {
  private static final Pattern RUBY_FILE =
      Pattern.compile("cannot load such file -- ([\\w./-]{1,100})");
  private static final Pattern RUBY_BUNDLE =
      Pattern.compile(
          "Bundler::GemNotFound|Could not find gem |Could not find \\S+ in |"
              + "Run `bundle install`");
  private static final Pattern PYTHON_MODULE =
      Pattern.compile("No module named '?([\\w.-]{1,100})'?");
  private static final Pattern NODE_MODULE =
      Pattern.compile("Cannot find (?:module|package) '((?:@[\\w.-]{1,60}/)?[\\w.-]{1,100})'");
  private static final Pattern SYNTAX =
      Pattern.compile("SyntaxError|IndentationError|TabError|syntax error");
  private static final Pattern PORT_TAKEN =
      Pattern.compile("EADDRINUSE|Address already in use", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMAND_MISSING =
      Pattern.compile(
          "(?:sh|bash): (?:\\d+: )?(?:exec: )?(?:line \\d+: )?([^:]{1,200}): (?:command )?not found");

  private Remedies() {}

  /// The category, where the worker did not name one that says more.
  static Category refine(Category category, String text) {
    boolean isOpen = category == Category.EXIT || category == Category.APP_ERROR;
    if (!isOpen) {
      return category;
    }
    if (dependency(text, Path.of("/")).isPresent()) {
      return Category.MISSING_DEPENDENCY;
    }
    return SYNTAX.matcher(text).find() ? Category.SYNTAX_ERROR : category;
  }

  /// What the operator can do, given the category, all that was said, and the app's directory.
  static String remedy(Category category, String text, Path root, Duration limit) {
    return switch (category) {
      case MISSING_DEPENDENCY ->
          dependency(text, root).orElse("Install the library that the app asks for.");
      case SYNTAX_ERROR -> "Correct the file named above; the app is started again by itself.";
      case APP_ERROR ->
          "Look at the backtrace: the app itself raised this error while it was loaded.";
      case TIMEOUT ->
          "The app was not ready within "
              + limit.toSeconds()
              + " s: find out what it waits for, or raise start_timeout.";
      case KILLED ->
          "Something outside killed the process: look at the kernel's log (dmesg) and at whoever"
              + " may send signals.";
      case EXIT -> exitRemedy(text);
      case PREPARATION, SPAWN -> "Correct the configuration, then restart.";
      case PROTOCOL ->
          "The loader and the server do not understand each other: install both from one release,"
              + " and make sure that the app leaves the loader's descriptors alone.";
    };
  }

  private static String exitRemedy(String text) {
    Matcher missing = COMMAND_MISSING.matcher(text);
    if (missing.find()) {
      return "Install "
          + missing.group(1).strip()
          + ", or correct the start command; PATH is shown below.";
    }
    if (PORT_TAKEN.matcher(text).find()) {
      return "Let the app listen on the port given in the variable PORT, not on one of its own.";
    }
    return "Look at the last lines that the app wrote; a web app has to keep running.";
  }

  private static Optional<String> dependency(String text, Path root) {
    if (RUBY_BUNDLE.matcher(text).find()) {
      return Optional.of("Run `bundle install` in " + root + ".");
    }
    return first(RUBY_FILE, text)
        .filter(name -> !name.startsWith("/"))
        .map(name -> rubyRemedy(name, root))
        .or(() -> first(PYTHON_MODULE, text).map(name -> pythonRemedy(name, root)))
        .or(() -> first(NODE_MODULE, text).filter(Remedies::isPackage).map(Remedies::nodeRemedy));
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static boolean isPackage(String name) {
    return !name.startsWith(".");
  }

  private static String rubyRemedy(String file, Path root) {
    String gem = file.split("/", 2)[0];
    return Files.exists(root.resolve("Gemfile"))
        ? "Add " + gem + " to the Gemfile and run `bundle install` in " + root + "."
        : "Run `gem install " + gem + "`.";
  }

  private static String pythonRemedy(String module, Path root) {
    String name = module.split("\\.", 2)[0];
    if (Files.exists(root.resolve("requirements.txt"))) {
      return "Run `pip install -r requirements.txt` in "
          + root
          + ", with the Python shown below or in a virtual environment `venv` there; it should"
          + " list "
          + name
          + ".";
    }
    return "Run `pip install "
        + name
        + "` with the Python shown below, or in a virtual environment"
        + " `venv` in "
        + root
        + ".";
  }

  private static String nodeRemedy(String name) {
    return "Run `npm install` in the app's directory, or `npm install "
        + name
        + "` if package.json does not name it.";
  }

  /// All that was said, in one text, to look for signs in.
  static String text(String summary, String details, List<String> output) {
    return summary + "\n" + details + "\n" + String.join("\n", output);
  }
}

package dev.peregrine.config;

import dev.peregrine.app.AppConfig;
import dev.peregrine.app.AppType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The options of the app and its runtime, and how they become an [AppConfig].
final class AppOptions {
  static final Option<String> ENVIRONMENT =
      Option.of(
              Section.APP,
              "environment",
              new Texts.Text(
                  "a name of letters, digits, - and _", "production", AppOptions::isEnvironment),
              "Name of the environment that the app runs in, given to it as `RAILS_ENV`,"
                  + " `RACK_ENV`, `WSGI_ENV` and `NODE_ENV`.")
          .byDefault("development")
          .shortFlags("-e")
          .variables("RAILS_ENV", "RACK_ENV", "NODE_ENV")
          .aliases("app_env");

  static final Option<AppType> APP_TYPE =
      Option.of(
              Section.APP,
              "app_type",
              new Texts.Word<>(
                  appTypes(),
                  Map.of("rack", AppType.RUBY, "wsgi", AppType.PYTHON, "nodejs", AppType.NODE)),
              "Kind of app.")
          .absent("detected");

  static final Option<String> STARTUP_FILE =
      Option.of(
              Section.APP,
              "startup_file",
              new Texts.Text(
                  "a path, relative to the app's directory",
                  "config.ru",
                  text -> !text.isBlank() && text.indexOf('\0') < 0),
              "File that defines the app, such as `config.ru`, relative to the app's directory.")
          .absent("detected");

  static final Option<String> APP_START_COMMAND =
      Option.of(
          Section.APP,
          "app_start_command",
          new Texts.Text(
              "a shell command",
              "exec ./server --port $PORT",
              text -> !text.isBlank() && text.indexOf('\0') < 0),
          "Shell command that starts an app of any kind, which then serves HTTP on `$PORT`.");

  static final Option<String> RUBY = interpreter("ruby", "Ruby interpreter.");
  static final Option<String> PYTHON = interpreter("python", "Python interpreter.");
  static final Option<String> NODEJS = interpreter("nodejs", "Node.js interpreter.");

  static final Option<List<String>> PASS_ENVIRONMENT =
      Option.of(
              Section.APP,
              "pass_environment",
              new Composites.Many<>(
                  new Texts.Text(
                      "the name of a variable, or * for all",
                      "DATABASE_URL",
                      AppOptions::isVariable)),
              "Names of the server's own environment variables that the app gets as well; `*`"
                  + " stands for all. `PATH`, `HOME`, `LANG` and the like always pass, the server's"
                  + " own secrets never.")
          .byDefault(List.of("*"));

  static final Option<Map<String, String>> ENVVARS =
      Option.of(
              Section.APP,
              "envvars",
              new Composites.Pairs(),
              "Further environment variables of the app.")
          .byDefault(Map.of())
          .shortFlags("--envvar");

  static final Option<String> USER =
      Option.of(
              Section.APP,
              "user",
              new Texts.Text("the name of an account", "www-data", AppOptions::isAccount),
              "Account that the workers run as; only when the server is started by root.")
          .absent("the owner of the startup file when started by root, else the caller");

  static final Option<Integer> THREAD_COUNT =
      Option.of(
              Section.APP,
              "thread_count",
              new Numbers.Whole(1, 1024),
              "Threads of a Ruby or Python worker, that is the requests it takes at once.")
          .byDefault(1);

  static final Option<Path> RESTART_DIR =
      Option.of(
              Section.APP,
              "restart_dir",
              new Texts.FilePath(),
              "Directory in which `restart.txt` is watched: touching it restarts the app.")
          .derived(
              "`tmp` in the app's directory",
              values -> Optional.of(values.surroundings().appDirectory().resolve("tmp")));

  private AppOptions() {}

  private static Option<String> interpreter(String name, String doc) {
    return Option.of(Section.APP, name, new Texts.Command(name), doc).absent("found");
  }

  private static Map<String, AppType> appTypes() {
    Map<String, AppType> words = new LinkedHashMap<>();
    words.put("ruby", AppType.RUBY);
    words.put("python", AppType.PYTHON);
    words.put("node", AppType.NODE);
    words.put("generic", AppType.GENERIC);
    return words;
  }

  private static boolean isEnvironment(String text) {
    return text.length() <= 100 && isWord(text, "-");
  }

  private static boolean isVariable(String text) {
    return text.equals("*") || isWord(text, "");
  }

  private static boolean isAccount(String text) {
    return text.length() <= 100 && isWord(text, "-.$@");
  }

  private static boolean isWord(String text, String others) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '_'
                    || others.indexOf(c) >= 0);
  }

  static List<Option<?>> all() {
    return List.of(
        ENVIRONMENT,
        APP_TYPE,
        STARTUP_FILE,
        APP_START_COMMAND,
        RUBY,
        PYTHON,
        NODEJS,
        PASS_ENVIRONMENT,
        ENVVARS,
        USER,
        THREAD_COUNT,
        RESTART_DIR);
  }

  static AppConfig assemble(Values values) {
    return new AppConfig(
        values.surroundings().appDirectory(),
        values.find(APP_TYPE),
        values.find(STARTUP_FILE),
        values.find(APP_START_COMMAND),
        values.find(RUBY),
        values.find(PYTHON),
        values.find(NODEJS),
        values.of(ENVIRONMENT),
        values.of(PASS_ENVIRONMENT),
        values.of(ENVVARS),
        values.find(USER),
        values.of(THREAD_COUNT),
        !values.of(RequestOptions.REQUEST_BUFFERING),
        values.of(RESTART_DIR));
  }
}

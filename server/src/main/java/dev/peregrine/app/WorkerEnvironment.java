package dev.peregrine.app;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Which of the server's variables a worker gets, and which are added for its app.
final class WorkerEnvironment {
  private static final Set<String> BASIC =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR");

  /// Variables that tell the server something and would mislead an app.
  private static final Set<String> OWN =
      Set.of(
          "LISTEN_FDS",
          "LISTEN_PID",
          "LISTEN_FDNAMES",
          "NOTIFY_SOCKET",
          "WATCHDOG_PID",
          "WATCHDOG_USEC",
          "PORT",
          "SOCKET",
          "PWD",
          "OLDPWD",
          "SHLVL",
          "_");

  /// Variables meant for apps that our own virtual machine would read: the launcher renames them.
  private static final Set<String> RENAMED =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "LC_ALL");

  private static final String SET_ASIDE = "PEREGRINE_APP_";

  private WorkerEnvironment() {}

  /// Returns the names of the server's variables that are passed on.
  static Set<String> kept(AppConfig config, Set<String> names) {
    Set<String> passed = Set.copyOf(config.passEnvironment());
    Set<String> kept = new LinkedHashSet<>();
    for (String name : names) {
      boolean basic = BASIC.contains(name) || name.startsWith("LC_");
      boolean wanted = passed.contains(name) || (passed.contains("*") && !isOwn(name));
      if ((basic || wanted) && !isPrivate(name)) {
        kept.add(name);
      }
    }
    return kept;
  }

  /// Returns the variables that are added whatever the runtime is; the operator's own come last.
  static Map<String, String> added(
      AppConfig config, App app, RuntimeLayout layout, Map<String, String> server) {
    Map<String, String> added = new LinkedHashMap<>();
    for (String name : RENAMED) {
      String value = server.get(SET_ASIDE + name);
      if (value != null) {
        added.put(name, value);
      }
    }
    added.put("PWD", app.root().toString());
    added.put("SERVER_SOFTWARE", "Peregrine/" + layout.version());
    added.put("PEREGRINE_APP_ENV", config.environment());
    added.put("PEREGRINE_APP_NAME", app.name());
    added.put("PEREGRINE_THREADS", Integer.toString(config.threads()));
    if (config.streamsContent()) {
      added.put("PEREGRINE_STREAM_CONTENT", "1");
    }
    app.startupFile().ifPresent(file -> added.put("PEREGRINE_STARTUP_FILE", file.toString()));
    added.put("RAILS_ENV", config.environment());
    added.put("RACK_ENV", config.environment());
    added.put("WSGI_ENV", config.environment());
    added.put("NODE_ENV", config.environment());
    added.put("PYTHONUNBUFFERED", "1");
    added.putAll(config.variables());
    return added;
  }

  private static boolean isOwn(String name) {
    return OWN.contains(name) || name.startsWith("PASSENGER_");
  }

  private static boolean isPrivate(String name) {
    return name.startsWith("PEREGRINE_");
  }
}

package dev.peregrine.conformance;

/// Containers whose init has services, all below `/srv` instead of `/etc`.
final class InitServices {
  private InitServices() {}

  /// @param script what the main command does; empty for no main command
  static Container.Plan init(String script) {
    return init("", script);
  }

  /// @param flags of init
  static Container.Plan init(String flags, String script) {
    String command = "%s init --root /srv %s".formatted(Container.PRODUCT, flags);
    if (script.isEmpty()) {
      return Container.of(command);
    }
    return Container.of(command + " -- sh /run/main")
        .program("/run/main", script)
        .program(
            "/usr/local/bin/peregrine", "#!/bin/sh\nexec %s \"$@\"\n".formatted(Container.PRODUCT));
  }

  /// The same with services as a file declares them.
  static Container.Plan declared(String yaml, String script) {
    return init(script).program("/srv/peregrine/services.yaml", yaml);
  }
}

package dev.peregrine.init;

import java.nio.file.Path;

/// Where init finds what it runs; the places of Baseimage-docker.
///
/// @param scripts directory of the start-up scripts
/// @param rcLocal the last start-up script
/// @param preHooks directory of the scripts that run before the services are stopped
/// @param postHooks directory of those that run after it
/// @param services directory of the services
/// @param servicesFile file that declares services
/// @param environment directory of the environment store; its two dumps lie beside it
record Roots(
    Path scripts,
    Path rcLocal,
    Path preHooks,
    Path postHooks,
    Path services,
    Path servicesFile,
    Path environment) {
  /// All places in one directory, usually `/etc`.
  static Roots in(Path directory) {
    return new Roots(
        directory.resolve("my_init.d"),
        directory.resolve("rc.local"),
        directory.resolve("my_init.pre_shutdown.d"),
        directory.resolve("my_init.post_shutdown.d"),
        directory.resolve("service"),
        directory.resolve("peregrine/services.yaml"),
        directory.resolve("container_environment"));
  }

  Roots withScripts(Path directory) {
    return new Roots(directory, rcLocal, preHooks, postHooks, services, servicesFile, environment);
  }

  Roots withServices(Path directory) {
    return new Roots(scripts, rcLocal, preHooks, postHooks, directory, servicesFile, environment);
  }

  Roots withServicesFile(Path file) {
    return new Roots(scripts, rcLocal, preHooks, postHooks, services, file, environment);
  }

  Roots withEnvironment(Path directory) {
    return new Roots(scripts, rcLocal, preHooks, postHooks, services, servicesFile, directory);
  }
}

package dev.peregrine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The running server as the operating system and other commands see it.
///
/// @param name name by which other commands find the server
/// @param directory instance directory, absolute; made with mode 0700 when the server starts
/// @param daemonize whether the server leaves the terminal once it is ready
/// @param pidFile file that holds the process id while the server runs
/// @param shutdownTimeout how long running requests may take to finish once the server was told to
///   stop
public record InstanceConfig(
    String name,
    Path directory,
    boolean daemonize,
    Optional<Path> pidFile,
    Duration shutdownTimeout) {}

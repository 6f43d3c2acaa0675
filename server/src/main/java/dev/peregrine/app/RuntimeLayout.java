package dev.peregrine.app;

import java.nio.file.Path;
import java.util.Optional;

/// Where an installation keeps what workers are made of.
///
/// @param loaders directory that holds `ruby/`, `python/` and `node/`
/// @param jruby the bundled `jruby-complete` jar
/// @param java the `java` program that runs it
/// @param version the product's version, told to apps in `SERVER_SOFTWARE`
public record RuntimeLayout(
    Path loaders, Optional<Path> jruby, Optional<Path> java, String version) {}

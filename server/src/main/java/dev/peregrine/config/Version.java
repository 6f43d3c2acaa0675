package dev.peregrine.config;

import java.nio.file.Path;
import java.security.CodeSource;

/// The product's version, out of the name of the jar that it was loaded from.
public final class Version {
  private static final String JAR = "peregrine-server-";

  private Version() {}

  /// The version, such as `0.1.0`; `development` outside of a jar.
  public static String current() {
    CodeSource source = Version.class.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? "development"
        : of(source.getLocation().getPath());
  }

  static String of(String location) {
    Path name = Path.of(location).getFileName();
    String jar = name == null ? "" : name.toString();
    return jar.startsWith(JAR) && jar.endsWith(".jar")
        ? jar.substring(JAR.length(), jar.length() - ".jar".length())
        : "development";
  }
}

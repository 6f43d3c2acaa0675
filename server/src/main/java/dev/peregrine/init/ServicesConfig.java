package dev.peregrine.init;

import java.util.List;

/// What `services.yaml` asks for.
///
/// @param services the services, in the order of the file
/// @param logFormat how lines of services are written
/// @param syslog what kind of socket programs find at `/dev/log`
public record ServicesConfig(List<ServiceConfig> services, LogFormat logFormat, Syslog syslog) {
  /// What holds without a file.
  public static final ServicesConfig NONE =
      new ServicesConfig(List.of(), LogFormat.TEXT, Syslog.DATAGRAM);

  public ServicesConfig {
    services = List.copyOf(services);
  }

  /// The same as the command line has it.
  ServicesConfig with(Options options) {
    return new ServicesConfig(
        services,
        options.has(Options.Part.JSON_LINES) ? LogFormat.JSON : logFormat,
        options.has(Options.Part.SYSLOG) ? syslog : Syslog.OFF);
  }

  /// How lines of services are written.
  public enum LogFormat {
    /// Prefix and line.
    TEXT,
    /// One object a line.
    JSON
  }

  /// What kind of socket programs find at `/dev/log`.
  public enum Syslog {
    /// A message a datagram, as the C library sends it.
    DATAGRAM,
    /// Connections.
    STREAM,
    /// None.
    OFF
  }
}

package dev.peregrine.config;

/// One part of the option table.
public enum Section {
  /// Sockets and connections.
  LISTEN("Listening"),
  /// How much and how slowly a client may send.
  LIMITS("Limits on clients"),
  /// Buffering, files, errors.
  REQUESTS("Requests and responses"),
  /// Stored responses.
  CACHE("The response cache"),
  /// The app and its runtime.
  APP("The app"),
  /// The workers.
  POOL("Workers"),
  /// The server as a process.
  INSTANCE("The server process"),
  /// Lines and files.
  LOG("Logs");

  private final String title;

  Section(String title) {
    this.title = title;
  }

  /// The heading.
  public String title() {
    return title;
  }
}

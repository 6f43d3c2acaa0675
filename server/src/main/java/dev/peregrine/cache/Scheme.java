package dev.peregrine.cache;

/// How a client reached the server: the first part of every cache key, so that `http` and `https`
/// never mix.
public enum Scheme {
  HTTP("http", ":80"),
  HTTPS("https", ":443");

  private final String text;
  private final String port;

  Scheme(String text, String port) {
    this.text = text;
    this.port = port;
  }

  /// The scheme as it stands in a URL.
  public String text() {
    return text;
  }

  /// The port that a URL may leave out, with its colon.
  String port() {
    return port;
  }
}

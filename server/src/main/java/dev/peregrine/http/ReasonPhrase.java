package dev.peregrine.http;

/// The reason phrases of the status codes that Peregrine sends itself. Source: RFC 9110 §15.
public final class ReasonPhrase {
  private ReasonPhrase() {}

  /// The phrase of a status code, or that of its class.
  public static String of(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 417 -> "Expectation Failed";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      case 507 -> "Insufficient Storage";
      default -> status < 500 ? "Request Refused" : "Server Error";
    };
  }
}

package dev.peregrine.exchange;

/// What a status code means to the person in front of the screen.
final class StatusText {
  private StatusText() {}

  /// The reason phrase. Source: RFC 9110 §15.
  static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 411 -> "Length Required";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 416 -> "Range Not Satisfiable";
      case 417 -> "Expectation Failed";
      case 421 -> "Misdirected Request";
      case 426 -> "Upgrade Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      case 507 -> "Insufficient Storage";
      default -> status < 500 ? "The request failed" : "The server failed";
    };
  }

  /// One sentence that says what to do, and nothing of why.
  static String advice(int status) {
    return switch (status) {
      case 404 -> "There is nothing at this address. Check it for a slip of the pen.";
      case 413 -> "What was sent is larger than this site accepts.";
      case 429, 503 -> "The site is busy or being worked on. Please try again in a moment.";
      case 504 -> "The site took too long to answer. Please try again in a moment.";
      case 507 -> "The site has no room for what was sent. Please try again later.";
      default ->
          status < 500
              ? "The request cannot be answered as it was sent."
              : "Something went wrong on this site. If it keeps happening, tell its owner the id"
                  + " below.";
    };
  }
}

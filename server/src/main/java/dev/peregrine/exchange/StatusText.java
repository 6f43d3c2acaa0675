package dev.peregrine.exchange;

/// What a status code means to the person in front of the screen.
final class StatusText {
  private StatusText() {}

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

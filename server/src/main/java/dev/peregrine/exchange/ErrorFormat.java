package dev.peregrine.exchange;

import dev.peregrine.http.FieldSection;
import java.util.Locale;

/// What a client would rather read when something went wrong.
enum ErrorFormat {
  /// A page for people.
  HTML,
  /// An object for programs.
  JSON;

  /// JSON if `Accept` ranks it above HTML, or if there is no word of HTML and the client sent JSON
  /// itself; a page otherwise.
  ///
  /// Source: RFC 9110 §12.5.1.
  static ErrorFormat of(FieldSection fields) {
    String accept = String.join(",", fields.all("accept")).toLowerCase(Locale.ROOT);
    double json = 0;
    double html = 0;
    for (String range : accept.split(",", 32)) {
      String type = range.split(";", 2)[0].strip();
      double quality = quality(range);
      if (type.equals("application/json") || type.endsWith("+json")) {
        json = Math.max(json, quality);
      } else if (type.equals("text/html") || type.equals("application/xhtml+xml")) {
        html = Math.max(html, quality);
      }
    }
    if (json != html) {
      return json > html ? JSON : HTML;
    }
    String contentType = fields.first("content-type");
    boolean sendsJson =
        contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
    return html == 0 && sendsJson ? JSON : HTML;
  }

  private static double quality(String range) {
    int at = range.indexOf("q=");
    if (at < 0) {
      return 1;
    }
    String value = range.substring(at + 2).split(";", 2)[0].strip();
    try {
      return value.length() <= 5 ? Double.parseDouble(value) : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}

package dev.peregrine.exchange;

import dev.peregrine.http.ReasonPhrase;
import dev.peregrine.pool.JourneyStep;
import dev.peregrine.pool.StartFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Renders the answers that Peregrine gives in place of the app: a short page, or JSON, with an id
/// that is in the log; in development everything that is known. Pure: no I/O, no clock.
///
/// Strangers are told the status and the id, nothing else, unless `isDevelopment`.
final class ErrorPages {
  private static final String HTML_TYPE = "text/html; charset=utf-8";

  private final boolean isDevelopment;
  private final Optional<String> customPage;

  /// Pages for one app.
  ///
  /// @param isDevelopment whether clients may see details
  /// @param customPage HTML sent in place of the short page; `{{status}}` and `{{id}}` are filled
  ///   in
  ErrorPages(boolean isDevelopment, Optional<String> customPage) {
    this.isDevelopment = isDevelopment;
    this.customPage = customPage;
  }

  /// The answer to a request that failed for a reason that only the operator may know.
  ErrorPage generated(int status, String id, ErrorFormat format) {
    if (format == ErrorFormat.JSON) {
      return json(status, problem(status, id));
    }
    if (customPage.isPresent()) {
      List<Map.Entry<String, String>> fields = fields(HTML_TYPE);
      return new ErrorPage(status, fields, filled(customPage.get(), status, id));
    }
    return html(status, shortPage(status, id));
  }

  /// The answer while no worker of the app can be started.
  ErrorPage startFailure(int status, StartFailure failure, ErrorFormat format) {
    if (!isDevelopment) {
      return generated(status, failure.id(), format);
    }
    return switch (format) {
      case JSON -> json(status, startFailureProblem(status, failure));
      case HTML -> html(status, new StartFailurePage(status, failure).text());
    };
  }

  /// The answer to a request whose handling made the app raise an exception.
  ///
  /// @param request what was asked for, such as `GET /posts`
  ErrorPage appError(AppError error, String request, String id, ErrorFormat format) {
    if (!isDevelopment) {
      return generated(500, id, format);
    }
    return switch (format) {
      case JSON ->
          json(
              500,
              problem(500, id)
                  .member("class", error.type())
                  .member("message", error.message())
                  .member("backtrace", error.backtrace()));
      case HTML -> html(500, appErrorPage(error, request, id));
    };
  }

  private static JsonText problem(int status, String id) {
    return new JsonText()
        .member("status", status)
        .member("title", ReasonPhrase.of(status))
        .member("id", id);
  }

  private static JsonText startFailureProblem(int status, StartFailure failure) {
    List<JsonText> journey = new ArrayList<>();
    for (JourneyStep step : failure.journey()) {
      JsonText text =
          new JsonText()
              .member("name", step.name())
              .member("state", step.state().name().toLowerCase(Locale.ROOT));
      step.took().ifPresent(took -> text.member("took_ms", took.toMillis()));
      journey.add(text);
    }
    return problem(status, failure.id())
        .member("category", failure.category().label())
        .member("summary", failure.summary())
        .optional("details", failure.details())
        .optional("exit", failure.exit().orElse(null))
        .member("remedy", failure.remedy())
        .member("worker", failure.worker())
        .member("at", failure.at().toString())
        .member("took_ms", failure.took().toMillis())
        .member("command", failure.command())
        .objects("journey", journey)
        .member("backtrace", failure.backtrace())
        .member("output", failure.output());
  }

  private static String shortPage(int status, String id) {
    return begin(ReasonPhrase.of(status), "short")
        .markup("<p class=\"over\"><span class=\"status\">" + status + "</span></p>\n")
        .element("h1", ReasonPhrase.of(status))
        .element("p", StatusText.advice(status))
        .markup("<footer>Error id <code>")
        .text(id)
        .markup("</code></footer>\n</main>\n</body>\n</html>\n")
        .toString();
  }

  private static String appErrorPage(AppError error, String request, String id) {
    HtmlText page = begin(error.type(), "");
    page.markup(
        "<p class=\"over\"><span class=\"status\">500</span> The app raised an exception at <code>");
    page.text(request).markup("</code></p>\n").element("h1", error.type());
    if (!error.message().isEmpty()) {
      page.markup("<p class=\"summary\">").text(error.message()).markup("</p>\n");
    }
    backtrace(page, error.backtrace());
    return end(page, id).toString();
  }

  static HtmlText begin(String title, String mainClass) {
    return new HtmlText()
        .markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .text(title)
        .markup(
            "</title>\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
        .markup("<meta name=\"robots\" content=\"noindex\">\n<style>")
        .markup(ErrorStyle.SHEET)
        .markup(
            "</style>\n</head>\n<body>\n<main"
                + (mainClass.isEmpty() ? "" : " class=\"" + mainClass + "\"")
                + ">\n");
  }

  static HtmlText end(HtmlText page, String id) {
    return page.markup("<footer><p>Error id <code>")
        .text(id)
        .markup(
            "</code>, under which the log has the same facts.</p>\n<p>Details are shown because the ")
        .markup(
            "environment is <code>development</code>. In production a visitor sees the id only.</p>")
        .markup("</footer>\n</main>\n</body>\n</html>\n");
  }

  /// Frames of the app stand out from those of the libraries that it runs on.
  static void backtrace(HtmlText page, List<String> frames) {
    if (frames.isEmpty()) {
      return;
    }
    page.markup("<section aria-labelledby=\"backtrace\">\n<h2 id=\"backtrace\">Backtrace</h2>\n");
    page.markup("<pre tabindex=\"0\">");
    for (String frame : frames) {
      page.markup(isLibrary(frame) ? "<span class=\"lib\">" : "<span class=\"own\">");
      page.text(frame).markup("</span>\n");
    }
    page.markup("</pre>\n</section>\n");
  }

  private static boolean isLibrary(String frame) {
    return List.of(
            "/gems/",
            "/lib/ruby/",
            "/share/rubygems",
            "<internal:",
            "site-packages/",
            "dist-packages/",
            "/lib/python",
            "<frozen",
            "node_modules/",
            "node:",
            "/loaders/",
            "uri:classloader:",
            "org/jruby/")
        .stream()
        .anyMatch(frame::contains);
  }

  static String shown(Duration duration) {
    long millis = duration.toMillis();
    return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private static String filled(String page, int status, String id) {
    return page.replace("{{status}}", Integer.toString(status))
        .replace("{{id}}", new HtmlText().text(id).toString());
  }

  private static ErrorPage json(int status, JsonText content) {
    return new ErrorPage(status, fields("application/json"), content + "\n");
  }

  private static ErrorPage html(int status, String content) {
    List<Map.Entry<String, String>> fields = fields(HTML_TYPE);
    fields.add(Map.entry("Content-Security-Policy", ErrorStyle.POLICY));
    return new ErrorPage(status, fields, content);
  }

  private static List<Map.Entry<String, String>> fields(String contentType) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    fields.add(Map.entry("Content-Type", contentType));
    fields.add(Map.entry("Cache-Control", "no-store"));
    fields.add(Map.entry("X-Content-Type-Options", "nosniff"));
    return fields;
  }
}

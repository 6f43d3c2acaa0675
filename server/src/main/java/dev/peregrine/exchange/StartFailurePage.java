package dev.peregrine.exchange;

import dev.peregrine.pool.JourneyStep;
import dev.peregrine.pool.StartFailure;
import java.util.Locale;
import java.util.Map;

/// The page that a developer sees when the app does not start: the journey of the start with the
/// step that failed, what happened, what to do, and all that the process left behind.
final class StartFailurePage {
  private final int status;
  private final StartFailure failure;
  private final HtmlText page;

  StartFailurePage(int status, StartFailure failure) {
    this.status = status;
    this.failure = failure;
    this.page = ErrorPages.begin("The app could not be started", "");
  }

  String text() {
    page.markup("<p class=\"over\"><span class=\"status\">" + status + "</span> ");
    page.text(category()).markup("</p>\n<h1>The app could not be started</h1>\n");
    page.markup("<p class=\"summary\">").text(failure.summary()).markup("</p>\n");
    remedy();
    journey();
    pre("details", "What happened", failure.details());
    ErrorPages.backtrace(page, failure.backtrace());
    pre("output", "Last output of the process", String.join("\n", failure.output()));
    process();
    environment();
    return ErrorPages.end(page, failure.id()).toString();
  }

  private void remedy() {
    if (!failure.remedy().isEmpty()) {
      page.markup("<section class=\"remedy\" aria-labelledby=\"remedy\">\n");
      page.markup("<h2 id=\"remedy\">What to do</h2>\n").element("p", failure.remedy());
      page.markup("</section>\n");
    }
  }

  private void journey() {
    page.markup(
        "<section aria-labelledby=\"journey\">\n<h2 id=\"journey\">How far the start came</h2>\n");
    page.markup("<ol class=\"journey\">\n");
    for (JourneyStep step : failure.journey()) {
      String[] shown = shown(step.state());
      page.markup("<li class=\"" + shown[0] + "\"><b>").text(label(step.name()));
      page.markup("</b><span>").text(shown[1]);
      step.took().ifPresent(took -> page.text(", " + ErrorPages.shown(took)));
      page.markup("</span></li>\n");
    }
    page.markup("</ol>\n</section>\n");
  }

  private void pre(String id, String title, String text) {
    if (!text.isBlank()) {
      page.markup("<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" + title);
      page.markup("</h2>\n<pre tabindex=\"0\">").text(text).markup("</pre>\n</section>\n");
    }
  }

  private void process() {
    page.markup("<details>\n<summary>Process</summary>\n<table>\n");
    row("Worker", failure.worker());
    row("Command", String.join(" ", failure.command()));
    failure.exit().ifPresent(exit -> row("Ended with", exit));
    row("Took", ErrorPages.shown(failure.took()));
    row("Failed at", failure.at().toString());
    page.markup("</table>\n</details>\n");
  }

  private void environment() {
    if (failure.environment().isEmpty()) {
      return;
    }
    page.markup("<details>\n<summary>Environment, secrets masked</summary>\n<table>\n");
    for (Map.Entry<String, String> variable : failure.environment().entrySet()) {
      row(variable.getKey(), variable.getValue());
    }
    page.markup("</table>\n</details>\n");
  }

  private void row(String name, String value) {
    page.markup("<tr><th scope=\"row\">").text(name).markup("</th><td>").text(value);
    page.markup("</td></tr>\n");
  }

  private String category() {
    return switch (failure.category()) {
      case PREPARATION -> "The app cannot be started as it stands";
      case SPAWN -> "The process could not be started";
      case APP_ERROR -> "The app raised an error while it was loaded";
      case MISSING_DEPENDENCY -> "A library is missing";
      case SYNTAX_ERROR -> "A file of the app cannot be parsed";
      case EXIT -> "The process ended before it was ready";
      case KILLED -> "The process was killed before it was ready";
      case TIMEOUT -> "The process was not ready in time";
      case PROTOCOL -> "The process and the server misunderstood each other";
    };
  }

  /// A class of the style sheet, and the state in words, so that colour is never all there is.
  private static String[] shown(JourneyStep.State state) {
    return switch (state) {
      case NOT_STARTED -> new String[] {"waiting", "not reached"};
      case IN_PROGRESS -> new String[] {"failed", "⚠ not finished"};
      case DONE -> new String[] {"done", "✓ done"};
      case FAILED -> new String[] {"failed", "✗ failed"};
    };
  }

  private static String label(String step) {
    String text = step.replace('_', ' ');
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}

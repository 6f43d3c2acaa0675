package dev.peregrine.admin;

import dev.peregrine.admin.api.AdminFailure;
import dev.peregrine.admin.api.Json;
import dev.peregrine.admin.api.RestartOutcome;
import dev.peregrine.admin.api.RestartRequest;
import dev.peregrine.admin.api.Status;
import dev.peregrine.admin.api.StatusReport;
import dev.peregrine.admin.api.StopRequest;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import dev.peregrine.log.EventLog;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What each path of the admin API does. `GET` changes nothing; what changes something is a `POST`
/// with JSON content, is refused when a browser sends it for a foreign page, and is logged with the
/// account that asked for it.
///
/// | Path | Answer |
/// |---|---|
/// | `GET /v1/status` | [Status]; with `?view=plain` or `?view=coloured` its report for people |
/// | `GET /v1/config` | [dev.peregrine.admin.api.ConfigView] |
/// | `GET /v1/output` | [dev.peregrine.admin.api.OutputView] |
/// | `POST /v1/restart` | [RestartOutcome], once all is done |
/// | `POST /v1/stop` | 202, then the server ends |
/// | `GET /v1/cache` | [dev.peregrine.admin.api.CacheView]; `?view=` as above |
/// | `POST /v1/cache/purge` | [dev.peregrine.admin.api.PurgeOutcome] |
/// | `POST /v1/cache/explain` | [dev.peregrine.admin.api.CacheExplanation], once the app answered |
/// | `POST /v1/cache/lint` | [dev.peregrine.admin.api.LintReport], once the app answered |
final class AdminRoutes {
  private static final Map<String, String> METHODS =
      Map.of(
          "/v1/status", "GET",
          "/v1/config", "GET",
          "/v1/output", "GET",
          "/v1/restart", "POST",
          "/v1/stop", "POST");

  private final Subject subject;
  private final EventLog log;
  private final CacheRoutes cache;

  AdminRoutes(Subject subject, EventLog log) {
    this.subject = subject;
    this.log = log;
    this.cache = new CacheRoutes(subject, log);
  }

  /// A whole request; content that is left out stands for an empty object.
  record Call(RequestHead head, String content, String peer) {}

  /// A whole answer, and what is to be done once it was sent.
  record Answer(int status, String type, String content, @Nullable Runnable afterwards) {
    private static final String JSON = "application/json";

    static Answer of(int status, Object content) {
      String text = Json.strict().writerWithDefaultPrettyPrinter().writeValueAsString(content);
      return new Answer(status, JSON, text + "\n", null);
    }

    static Answer text(String text) {
      return new Answer(200, "text/plain; charset=utf-8", text, null);
    }

    static Answer failure(int status, String error) {
      return of(status, new AdminFailure(status, error));
    }
  }

  /// Answers a request; never fails.
  Answer answer(Call call) {
    try {
      Optional<Answer> refusal = refusal(call.head());
      return refusal.isPresent() ? refusal.get() : dispatch(call);
    } catch (JacksonException e) {
      return Answer.failure(400, "content is not the JSON expected: " + where(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answer.failure(503, "the server is shutting down");
    } catch (RuntimeException e) {
      String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
      log.error("admin.failed", "id", id, "path", call.head().path(), "error", e);
      return Answer.failure(500, "internal error, id " + id + " in the log");
    }
  }

  private Answer dispatch(Call call) throws InterruptedException {
    return switch (call.head().path()) {
      case "/v1/status" -> status(call.head().query());
      case "/v1/config" -> Answer.of(200, subject.config());
      case "/v1/output" -> Answer.of(200, subject.output());
      case "/v1/restart" -> restart(call);
      case "/v1/stop" -> stop(call);
      default ->
          CacheRoutes.METHODS.containsKey(call.head().path())
              ? cache.answer(call)
              : Answer.failure(404, "no such path");
    };
  }

  /// Rendered here and not by the command that asks, so that a command has next to nothing to load.
  private Answer status(String query) {
    Status status = subject.status();
    return switch (query) {
      case "view=plain" -> Answer.text(StatusReport.plain(status));
      case "view=coloured" -> Answer.text(StatusReport.coloured(status));
      default -> Answer.of(200, status);
    };
  }

  private Answer restart(Call call) throws InterruptedException {
    RestartRequest request = Json.strict().readValue(call.content(), RestartRequest.class);
    log.info("admin.restart", "peer", call.peer());
    RestartOutcome outcome = subject.restart(request);
    return Answer.of(200, outcome);
  }

  private Answer stop(Call call) {
    StopRequest request = Json.strict().readValue(call.content(), StopRequest.class);
    log.info("admin.stop", "peer", call.peer(), "now", request.now());
    return new Answer(202, Answer.JSON, "{}", () -> subject.stop(request));
  }

  /// Why a request is not looked at any further.
  private static Optional<Answer> refusal(RequestHead head) {
    FieldSection fields = head.fields();
    String host = head.host();
    if (!host.isEmpty() && !host.equals("localhost") && !host.startsWith("localhost:")) {
      return Optional.of(Answer.failure(403, "Host must be localhost"));
    }
    String site = fields.first("sec-fetch-site");
    if (fields.contains("origin") || (site != null && !site.equals("none"))) {
      return Optional.of(Answer.failure(403, "requests of web pages are refused"));
    }
    String method = METHODS.getOrDefault(head.path(), CacheRoutes.METHODS.get(head.path()));
    if (method != null && !method.equals(head.methodName())) {
      return Optional.of(Answer.failure(405, "the method must be " + method));
    }
    String type = fields.first("content-type");
    if ("POST".equals(method) && (type == null || !isJson(type))) {
      return Optional.of(Answer.failure(415, "Content-Type must be application/json"));
    }
    return Optional.empty();
  }

  private static boolean isJson(String type) {
    String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return essence.equals("application/json");
  }

  /// A JSON pointer to what is wrong, or its line and column; never the text itself.
  private static String where(JacksonException e) {
    StringBuilder pointer = new StringBuilder();
    for (JacksonException.Reference part : e.getPath()) {
      pointer
          .append('/')
          .append(part.getPropertyName() == null ? part.getIndex() : part.getPropertyName());
    }
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    if (!pointer.isEmpty()) {
      return pointer + " (" + kind + ")";
    }
    return e.getLocation() == null
        ? kind
        : "line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }
}
